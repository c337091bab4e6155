package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MapInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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

    /**
     * What is not copied, beside queues: contents that the kernel makes anew, or that are not entries; what limits new
     * connections, which begins with full buckets; and verdicts, whose numbers may mean other reasons in another ABI.
     */
    private static final Set<String> LEFT = Set.of(
            MapShape.SCRATCH,
            MapShape.TARGET_HOPS,
            MapShape.FRAGMENTS,
            MapShape.SOURCE_LIMITS,
            MapShape.TARGET_LIMITS,
            MapShape.EVENTS,
            MapShape.EXPIRY,
            MapShape.ENDING_MARKS,
            MapShape.LINKS,
            MapShape.VERDICTS);

    /** What was counted: copied last, so that little is lost. */
    private static final Set<String> COUNTS =
            Set.of(MapShape.TARGET_COUNTERS, MapShape.CONNECTIONS, MapShape.EVENTS_LOST);

    /** What of it is counted anew, by the flows that are copied: between two copies flows begin and end. */
    private static final Set<String> COUNTED_ANEW = Set.of("active");

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
     * @param source the earlier maps; those the new programs use too are left alone
     * @param objects the new programs
     */
    Migration(MapSets.Opened source, BpfObjects objects) {
        Map<String, BpfMap> before = source.maps();
        this.objects = objects;
        this.countsAnew = !isShared(before, MapShape.EXPIRY);
        for (MapShape shape : MapShape.ALL) {
            BpfMap from = before.get(shape.name());
            if (from == null || isLeft(shape) || isShared(before, shape.name())) {
                continue;
            }
            BpfMap to = objects.map(shape.name());
            if (shape.name().equals(MapShape.HALF_OPEN)
                    && from.info().maxEntries() != to.info().maxEntries()) {
                left.add(shape.name());
                continue;
            }
            MapCopy.between(shape, from, to, source.isOwnAbi(), COUNTED_ANEW)
                    .ifPresentOrElse(copy -> copies.put(shape.name(), copy), () -> left.add(shape.name()));
        }
    }

    /**
     * Flows in a set, as its expiry counts them.
     *
     * @return 0 also if they are counted elsewhere in that ABI
     */
    static long flows(MapSets.Opened source) {
        Optional<BpfMap> state = Optional.ofNullable(source.maps().get(MapShape.EXPIRY));
        try (Arena arena = Arena.ofConfined()) {
            return state.filter(map -> map.valueSize() == NodeAbi.Expiry.LAYOUT.size())
                    .map(map -> {
                        MemorySegment value = NodeAbi.Expiry.LAYOUT.allocate(arena);
                        map.lookup(arena.allocate(4, 4), value);
                        return NodeAbi.Expiry.FLOWS.get(value);
                    })
                    .orElse(0L);
        }
    }

    /** Queues have no entries to walk; what expiry looks at is told it again. */
    private static boolean isLeft(MapShape shape) {
        return LEFT.contains(shape.name()) || shape.type() == MapInfo.QUEUE;
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
        // Which takes less time than everything did.
        eachOfFlows(
                (name, copy) -> lost += copy.copyMissing(isYounger(since), (flow, known) -> false, MapCopy.UNHEARD));
        copyAll(COUNTS::contains);
        // Not before: expiry ends what it is told of, and its count would be overwritten by the copy.
        eachOfFlows((name, copy) -> {
            Arrivals arrivals = new Arrivals(name);
            objects.map(name).forEach(arrivals::entry);
            arrivals.count();
        });
    }

    private void copyAll(Predicate<String> maps) {
        copies.forEach((name, copy) -> {
            if (maps.test(name)) {
                lost += copy.copyAll();
            }
        });
    }

    /** Flows alone, into maps that programs use already: those that are missing, and those that went on in the earlier maps. */
    void copyFlows(Jiffies jiffies) {
        copies.keySet().retainAll(FAMILIES.keySet());
        left.clear();
        // Where a flow goes on it is noted once a second. One that has ended has been counted as such.
        copyMissing(
                _ -> true,
                (flow, known) ->
                        !isOver(flow) && !isOver(known) && elapsed(FlowAbi.Flow.SEEN, known, flow) > jiffies.hz());
    }

    private static Predicate<MemorySegment> isYounger(long since) {
        return flow -> (int) (FlowAbi.Flow.CREATED.get(flow) - since) >= 0;
    }

    private static boolean isOver(MemorySegment flow) {
        return FlowState.isGone(FlowAbi.Flow.STATE.getInt(flow));
    }

    /**
     * After the programs and the timer were switched: nothing changes in the earlier maps any more.
     *
     * @param since jiffies, a little before the first copy began
     */
    void complete(long since) {
        copyMissing(isYounger(since), (flow, known) -> false);
        if (isWhole && !countsAnew) {
            // The earlier maps' timer has counted their end.
            eachOfFlows((name, copy) -> copy.deleteMissing(Predicate.not(isYounger(since))));
        }
    }

    private void copyMissing(Predicate<MemorySegment> wanted, BiPredicate<MemorySegment, MemorySegment> isLater) {
        eachOfFlows((name, copy) -> {
            Arrivals arrivals = new Arrivals(name);
            lost += copy.copyMissing(wanted, isLater, arrivals);
            arrivals.count();
        });
    }

    private void eachOfFlows(BiConsumer<String, MapCopy> work) {
        FAMILIES.keySet()
                .forEach(name -> Optional.ofNullable(copies.get(name)).ifPresent(copy -> work.accept(name, copy)));
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

    /** Flows that are new in a map: expiry is told of them, as it only ends those whose forward key it finds in its queue. */
    private final class Arrivals implements MapCopy.Copied {

        private final int family;
        private final MemorySegment entry = FlowAbi.FlowKey6.LAYOUT.allocate(Arena.ofAuto());
        private final Map<Counters.ProxyTarget, Integer> active = new HashMap<>();
        private int connections;

        /** @param map the one they are in */
        Arrivals(String map) {
            this.family = Objects.requireNonNull(FAMILIES.get(map));
        }

        @Override
        public void entry(MemorySegment key, MemorySegment value) {
            moved++;
            if (FlowAbi.Flow.DIRECTION.get(value) != FlowAbi.DIRECTION_FORWARD) {
                return;
            }
            queue(key);
            connections++;
            if (!isOver(value)) {
                active.merge(
                        new Counters.ProxyTarget(FlowAbi.Flow.proxy(value), FlowAbi.Flow.TARGET.getInt(value)),
                        1,
                        Integer::sum);
            }
        }

        private void queue(MemorySegment key) {
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

        /** Where the counts are the earlier ones they have these flows already. */
        void count() {
            if (!countsAnew) {
                return;
            }
            if (connections > 0) {
                objects.amend(connections, new Counters.ProxyTarget(0, 0), 0);
            }
            active.forEach((of, flows) -> objects.amend(0, of, flows));
        }
    }
}
