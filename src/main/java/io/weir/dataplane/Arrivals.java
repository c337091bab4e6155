package io.weir.dataplane;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Flows that are new in a table: they are counted with it, and expiry is told of them, as it only ends those whose forward key it
 * finds in its queue.
 */
final class Arrivals {

    private final BpfObjects objects;
    private final int family;
    private final MemorySegment queued = FlowAbi.FlowKey6.LAYOUT.allocate(Arena.ofAuto());
    private final Map<Counters.ProxyTarget, Integer> active = new HashMap<>();
    private int connections;
    private int entries;

    /** @param family whose flows the table holds */
    Arrivals(BpfObjects objects, int family) {
        this.objects = objects;
        this.family = family;
    }

    /** Entries that came, of both directions. */
    int entries() {
        return entries;
    }

    void entry(MemorySegment key, MemorySegment flow) {
        entries++;
        if (isForward(flow)) {
            queue(key);
            connections++;
            count(flow, 1);
        }
    }

    /** A flow that has its place in the queue. */
    void instead(MemorySegment known, MemorySegment flow) {
        if (isForward(flow)) {
            count(known, -1);
            count(flow, 1);
        }
    }

    /** Adds what came since the last time to the counts. */
    void count() {
        if (connections > 0) {
            objects.amend(connections, new Counters.ProxyTarget(0, 0), 0);
        }
        active.forEach((of, flows) -> objects.amend(0, of, flows));
        connections = 0;
        active.clear();
    }

    private void count(MemorySegment flow, int flows) {
        if (!FlowState.isGone(FlowAbi.Flow.STATE.getInt(flow))) {
            Counters.ProxyTarget of =
                    new Counters.ProxyTarget(FlowAbi.Flow.proxy(flow), FlowAbi.Flow.TARGET.getInt(flow));
            active.merge(of, flows, Integer::sum);
        }
    }

    private static boolean isForward(MemorySegment flow) {
        return FlowAbi.Flow.DIRECTION.get(flow) == FlowAbi.DIRECTION_FORWARD;
    }

    private void queue(MemorySegment key) {
        queued.fill((byte) 0);
        if (family == Abi.FAMILY_V6) {
            queued.copyFrom(key.asSlice(0, queued.byteSize()));
        } else {
            FlowAbi.FlowKey6.SOURCE.set(queued, FlowAbi.FlowKey4.SOURCE.get(key));
            FlowAbi.FlowKey6.DESTINATION.set(queued, FlowAbi.FlowKey4.DESTINATION.get(key));
            FlowAbi.FlowKey6.SOURCE_PORT.set(queued, FlowAbi.FlowKey4.SOURCE_PORT.get(key));
            FlowAbi.FlowKey6.DESTINATION_PORT.set(queued, FlowAbi.FlowKey4.DESTINATION_PORT.get(key));
            FlowAbi.FlowKey6.PROTOCOL.set(queued, FlowAbi.FlowKey4.PROTOCOL.get(key));
        }
        FlowAbi.FlowKey6.QUEUED.set(queued, family);
        objects.map(MapShape.QUEUE).push(queued);
    }
}
