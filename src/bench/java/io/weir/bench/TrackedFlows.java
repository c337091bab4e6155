package io.weir.bench;

import io.weir.dataplane.FlowAbi;
import io.weir.dataplane.FlowState;
import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Established connections in the flow table of a node that runs, spread over its targets; no packet ever comes for them. */
final class TrackedFlows {

    private TrackedFlows() {}

    /** Both directions of each, last seen now, on the targets in turns; which address a target has does not matter here. */
    static void install(BpfMap table, Addresses net, int count, int targets, long jiffies) {
        try (Arena arena = Arena.ofConfined()) {
            for (boolean forward : new boolean[] {true, false}) {
                MemorySegment flow = flow(net, forward, jiffies, arena);
                FlowKeys.install(table, net, forward, WeirTables.TCP, flow, count, (value, number) ->
                        FlowAbi.Flow.TARGET.set(value, number % targets));
            }
        }
    }

    private static MemorySegment flow(Addresses net, boolean forward, long jiffies, Arena arena) {
        MemorySegment flow = FlowAbi.Flow.LAYOUT.allocate(arena);
        byte[] to = forward ? net.target() : net.vip();
        MemorySegment.copy(MemorySegment.ofArray(to), 0, flow, FlowAbi.Flow.ADDRESS.offset(), to.length);
        FlowAbi.Flow.PORT.set(flow, forward ? Addresses.TARGET_PORT : Addresses.VIP_PORT);
        FlowAbi.Flow.DIRECTION.set(flow, forward ? FlowAbi.DIRECTION_FORWARD : FlowAbi.DIRECTION_REPLY);
        FlowAbi.Flow.STATE.set(flow, FlowState.ESTABLISHED.ordinal());
        FlowAbi.Flow.SEEN.set(flow, jiffies);
        FlowAbi.Flow.CREATED.set(flow, jiffies);
        return flow;
    }
}
