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
import java.util.function.BiPredicate;
import java.util.function.Predicate;

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

    /** What goes with the flows, counted: copied after them, so that flows opened meanwhile are counted too. */
    private static final Set<String> COUNTS =
            Set.of(MapShape.VERDICTS, MapShape.TARGET_COUNTERS, MapShape.CONNECTIONS, MapShape.EVENTS_LOST);

    /** The families whose flows a map holds. */
    private static final Map<String, Integer> FAMILIES =
            Map.of(MapShape.FLOWS4, Abi.FAMILY_V4, MapShape.FLOWS6, Abi.FAMILY_V6);

    private final Map<String, MapCopy> copies = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private final BpfObjects objects;
    private final boolean countsAnew;
    private boolean isWhole;
    private int lost;
    private int moved;

    /**
     * @param before the earlier maps; those the new programs use too are left alone
     * @param objects the new programs
     */
    Migration(Map<String, BpfMap> before, BpfObjects objects) {
        this.objects = objects;
        this.countsAnew = !isShared(before, MapShape.EXPIRY);
        for (MapShape shape : MapShape.ALL) {
            BpfMap from = before.get(shape.name());
            if (from == null || LEFT.contains(shape.name()) || isShared(before, shape.name())) {
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

    private boolean isShared(Map<String, BpfMap> before, String name) {
        BpfMap from = before.get(name);
        return from != null && from.info().id() == objects.map(name).info().id();
    }

    /**
     * Everything, into maps that no program uses yet.
     *
     * @param since jiffies, a little before now
     */
    void copyAll(long since) {
        isWhole = true;
        copyAll(name -> !COUNTS.contains(name));
        copyYounger(since); // which takes less time than everything did
        copyAll(COUNTS::contains);
    }

    private void copyAll(Predicate<String> maps) {
        copies.forEach((name, copy) -> {
            if (maps.test(name)) {
                Queue queue = new Queue(name);
                lost += copy.copyAll(queue);
                queue.count();
            }
        });
    }

    /** Flows alone, into maps that programs use already: those that are missing, and those that went on in the earlier maps. */
    void copyFlows(Jiffies jiffies) {
        copies.keySet().retainAll(FAMILIES.keySet());
        left.clear();
        // Where a flow goes on it is noted once a second.
        copyMissing(_ -> true, (flow, known) -> elapsed(FlowAbi.Flow.SEEN, known, flow) > jiffies.hz());
    }

    private void copyYounger(long since) {
        copyMissing(flow -> (int) (FlowAbi.Flow.CREATED.get(flow) - since) >= 0, (flow, known) -> false);
    }

    /**
     * After the programs and the timer were switched: nothing changes in the earlier maps any more.
     *
     * @param since jiffies, a little before the first copy began
     */
    void complete(long since) {
        copyYounger(since);
        if (isWhole && !countsAnew) {
            // The earlier maps' timer has counted their end.
            FAMILIES.keySet().stream()
                    .flatMap(name -> Optional.ofNullable(copies.get(name)).stream())
                    .forEach(copy -> copy.deleteMissing(flow -> (int) (FlowAbi.Flow.CREATED.get(flow) - since) < 0));
        }
    }

    private void copyMissing(Predicate<MemorySegment> wanted, BiPredicate<MemorySegment, MemorySegment> isLater) {
        copies.forEach((name, copy) -> {
            if (FAMILIES.containsKey(name)) {
                Queue queue = new Queue(name);
                lost += copy.copyMissing(wanted, isLater, queue);
                queue.count();
            }
        });
    }

    private static int elapsed(Field field, MemorySegment from, MemorySegment to) {
        return (int) (field.get(to) - field.get(from));
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
