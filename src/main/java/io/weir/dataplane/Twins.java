package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The entries of the other direction in a table of flows: {@code flow_twin} of {@code flow.h}. Used by one thread. */
final class Twins {

    private final BpfMap table;
    private final Field source;
    private final Field destination;
    private final Field sourcePort;
    private final Field destinationPort;
    private final Field protocol;
    private final MemorySegment key;
    private final MemorySegment flow;

    /** @param family whose flows the table holds */
    Twins(BpfMap table, int family) {
        boolean v4 = family == Abi.FAMILY_V4;
        this.table = table;
        this.source = v4 ? FlowAbi.FlowKey4.SOURCE : FlowAbi.FlowKey6.SOURCE;
        this.destination = v4 ? FlowAbi.FlowKey4.DESTINATION : FlowAbi.FlowKey6.DESTINATION;
        this.sourcePort = v4 ? FlowAbi.FlowKey4.SOURCE_PORT : FlowAbi.FlowKey6.SOURCE_PORT;
        this.destinationPort = v4 ? FlowAbi.FlowKey4.DESTINATION_PORT : FlowAbi.FlowKey6.DESTINATION_PORT;
        this.protocol = v4 ? FlowAbi.FlowKey4.PROTOCOL : FlowAbi.FlowKey6.PROTOCOL;
        this.key = (v4 ? FlowAbi.FlowKey4.LAYOUT : FlowAbi.FlowKey6.LAYOUT).allocate(Arena.ofAuto());
        this.flow = FlowAbi.Flow.LAYOUT.allocate(Arena.ofAuto());
    }

    /**
     * The key of an entry's twin, valid until the next call; empty if it is gone or another flow's.
     *
     * @param entry value of
     * @param at this key
     */
    Optional<MemorySegment> find(MemorySegment at, MemorySegment entry) {
        boolean forward = FlowAbi.Flow.DIRECTION.get(entry) == FlowAbi.DIRECTION_FORWARD;
        key.fill((byte) 0);
        protocol.set(key, protocol.get(at));
        if (forward) {
            put(source, entry, FlowAbi.Flow.ADDRESS);
            put(destination, at, source);
            sourcePort.set(key, FlowAbi.Flow.PORT.get(entry));
            destinationPort.set(key, sourcePort.get(at));
        } else {
            put(source, at, destination);
            put(destination, entry, FlowAbi.Flow.ADDRESS);
            sourcePort.set(key, destinationPort.get(at));
            destinationPort.set(key, FlowAbi.Flow.PORT.get(entry));
        }
        boolean is = table.lookup(key, flow)
                && (forward ? writes(at, destination, destinationPort) : writes(at, source, sourcePort));
        return is ? Optional.of(key) : Optional.empty();
    }

    private void put(Field to, MemorySegment from, Field field) {
        MemorySegment.copy(from, field.offset(), key, to.offset(), to.size());
    }

    /** Whether what was found writes what the other is found by. */
    private boolean writes(MemorySegment at, Field address, Field port) {
        long begin = FlowAbi.Flow.ADDRESS.offset();
        return FlowAbi.Flow.PORT.get(flow) == port.get(at)
                && MemorySegment.mismatch(
                                flow,
                                begin,
                                begin + address.size(),
                                at,
                                address.offset(),
                                address.offset() + address.size())
                        == -1;
    }
}
