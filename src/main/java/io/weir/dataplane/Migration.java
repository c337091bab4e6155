package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the contents of earlier maps, of another size or another ABI, into new ones while packets pass. Before the programs
 * are switched everything is copied; after it, the flows confirmed meanwhile, which are told by their age, so that none that
 * has ended since comes back. Until then flows are followed in the old maps: an idle one is copied as it is, a busy one may
 * lose the last second of its bookkeeping. Half-open flows are copied when their table has the same size; otherwise a client
 * whose handshake is under way sends again.
 */
final class Migration {

    /** What is not copied: contents that the kernel makes anew, or that are not entries. */
    private static final Set<String> LEFT = Set.of(
            MapShape.SCRATCH,
            MapShape.TARGET_HOPS,
            MapShape.FRAGMENTS,
            MapShape.EVENTS,
            MapShape.QUEUE,
            MapShape.EXPIRY,
            MapShape.LINKS);

    /** The families whose flows a map holds. */
    private static final Map<String, Integer> FAMILIES =
            Map.of(MapShape.FLOWS4, Abi.FAMILY_V4, MapShape.FLOWS6, Abi.FAMILY_V6);

    private final Map<String, MapCopy> copies = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private final BpfObjects objects;
    private final boolean countsAnew;
    private int lost;
    private int moved;

    /**
     * @param before the earlier maps that were not adopted
     * @param objects the new programs
     */
    Migration(Map<String, BpfMap> before, BpfObjects objects) {
        this.objects = objects;
        this.countsAnew = before.containsKey(MapShape.EXPIRY);
        for (MapShape shape : MapShape.ALL) {
            BpfMap from = before.get(shape.name());
            if (from == null || LEFT.contains(shape.name())) {
                continue;
            }
            BpfMap to = objects.map(shape.name());
            if (shape.name().equals(MapShape.HALF_OPEN)
                    && from.info().maxEntries() != to.info().maxEntries()) {
                left.add(shape.name());
                continue;
            }
            MapCopy.between(shape, from, to)
                    .ifPresentOrElse(copy -> copies.put(shape.name(), copy), () -> left.add(shape.name()));
        }
    }

    /** Before the programs are switched. */
    void copyAll() {
        copies.forEach((name, copy) -> {
            Queue queue = new Queue(name);
            lost += copy.copyAll(queue);
            queue.count();
        });
    }

    /**
     * After the programs are switched.
     *
     * @param since jiffies, a little before {@link #copyAll} began
     */
    void copyYounger(long since) {
        copies.forEach((name, copy) -> {
            if (FAMILIES.containsKey(name)) {
                Queue queue = new Queue(name);
                lost += copy.copyMissing(flow -> (int) (FlowAbi.Flow.CREATED.get(flow) - since) >= 0, queue);
                queue.count();
            }
        });
    }

    /** One line about what was done. */
    String summary() {
        return moved + " flow entries were copied"
                + (lost == 0 ? "" : ", " + lost + " found no room: raise :max-connections")
                + (left.isEmpty() ? "" : "; not copied: " + String.join(", ", left));
    }

    /** Tells expiry of copied flows: it only ends those whose forward key it finds in its queue. */
    private final class Queue implements MapCopy.Copied {

        private final Optional<Integer> family;
        private final MemorySegment entry = FlowAbi.FlowKey6.LAYOUT.allocate(Arena.ofAuto());
        private int connections;

        /** @param map the one that is copied */
        Queue(String map) {
            this.family = Optional.ofNullable(FAMILIES.get(map));
        }

        @Override
        public void entry(MemorySegment key, MemorySegment value) {
            if (family.isEmpty()) {
                return;
            }
            moved++;
            if (FlowAbi.Flow.DIRECTION.get(value) == FlowAbi.DIRECTION_FORWARD) {
                queue(key, family.get());
                connections++;
            }
        }

        private void queue(MemorySegment key, int family) {
            entry.fill((byte) 0);
            if (family == Abi.FAMILY_V6) {
                entry.copyFrom(key.asSlice(0, entry.byteSize()));
            } else {
                FlowAbi.FlowKey6.SOURCE.set(entry, FlowAbi.FlowKey4.SOURCE.get(key));
                FlowAbi.FlowKey6.DESTINATION.set(entry, FlowAbi.FlowKey4.DESTINATION.get(key));
                FlowAbi.FlowKey6.SOURCE_PORT.set(entry, FlowAbi.FlowKey4.SOURCE_PORT.get(key));
                FlowAbi.FlowKey6.DESTINATION_PORT.set(entry, FlowAbi.FlowKey4.DESTINATION_PORT.get(key));
                FlowAbi.FlowKey6.PROTOCOL.set(entry, FlowAbi.FlowKey4.PROTOCOL.get(key));
            }
            FlowAbi.FlowKey6.QUEUED.set(entry, family);
            objects.map(MapShape.QUEUE).push(entry);
        }

        void count() {
            if (countsAnew && connections > 0) {
                addFlows(connections);
            }
        }
    }

    /** The expiry program counts flows to set its pace; ours come in beside it. */
    private void addFlows(int connections) {
        BpfMap state = objects.map(MapShape.EXPIRY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(4, 4);
            MemorySegment value = NodeAbi.Expiry.LAYOUT.allocate(arena);
            state.lookup(key, value);
            NodeAbi.Expiry.FLOWS.set(value, NodeAbi.Expiry.FLOWS.get(value) + connections);
            state.update(key, value);
        }
    }
}
