package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MapInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
 * has ended since comes back. Expiry rests over the new maps all the while; over earlier ones of another ABI it may go on.
 * Until the switch flows are followed in the old maps: an idle one is copied as it is, a busy one may lose the last second of
 * its bookkeeping. Half-open flows are copied when their table has the same size; otherwise a client whose handshake is under
 * way sends again.
 */
final class Migration {

    /**
     * What is not copied, beside queues: contents that the kernel makes anew, or that are not entries; what limits new
     * connections, which begins with full buckets; verdicts, whose numbers may mean other reasons in another ABI; and
     * shadows, which peers tell anew.
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
            MapShape.VERDICTS,
            MapShape.SHADOWS4,
            MapShape.SHADOWS6,
            MapShape.SHADOW_STATE,
            MapShape.SHADOW_OWNERS,
            MapShape.SHADOW_RECORDS,
            MapShape.SHADOW_SCRATCH);

    /** What was counted: copied last, so that little is lost. */
    private static final Set<String> COUNTS =
            Set.of(MapShape.TARGET_COUNTERS, MapShape.CONNECTIONS, MapShape.EVENTS_LOST);

    /** What of it is counted anew, by the flows that are copied: each set of tables counts those that it has. */
    private static final Set<String> COUNTED_ANEW = Set.of("active");

    /** The families whose flows a map holds. */
    private static final Map<String, Integer> FAMILIES =
            Map.of(MapShape.FLOWS4, Abi.FAMILY_V4, MapShape.FLOWS6, Abi.FAMILY_V6);

    private static final int FINS = FlowAbi.FLOW_FIN_CLIENT | FlowAbi.FLOW_FIN_TARGET;

    private final Map<String, MapCopy> copies = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private final BpfObjects objects;
    private final boolean rests;
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
        this.rests = source.isOwnAbi();
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
        eachOfFlows((name, copy) -> lost +=
                copy.copyMissing((key, flow) -> isYounger(flow, since), (flow, known) -> false, MapCopy.UNHEARD));
    }

    private void copyAll(Predicate<String> maps) {
        copies.forEach((name, copy) -> {
            if (maps.test(name)) {
                lost += copy.copyAll();
            }
        });
    }

    /**
     * Queues all flows that were copied, while expiry rests and no program uses the maps; removes what was about to be, and
     * replies whose flow ended between the copies of its two entries. Then what was counted is copied, and these with it.
     */
    void admit() {
        List<Arrivals> admitted = new ArrayList<>();
        eachOfFlows((name, copy) -> admitted.add(admit(name)));
        copyAll(COUNTS::contains);
        admitted.forEach(Arrivals::count);
    }

    private Arrivals admit(String name) {
        BpfMap flows = objects.map(name);
        Arrivals arrivals = arrivals(name);
        Twins twins = twins(name);
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> ended = new ArrayList<>();
            flows.forEach((key, flow) -> {
                if (isRemoved(flow)
                        || (!isForward(flow) && twins.find(key, flow).isEmpty())) {
                    ended.add(arena.allocate(key.byteSize(), 8).copyFrom(key));
                } else {
                    arrivals.entry(key, flow);
                }
            });
            ended.forEach(flows::delete);
        }
        moved += arrivals.entries();
        return arrivals;
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

    private static boolean isYounger(MemorySegment flow, long since) {
        return (int) (FlowAbi.Flow.CREATED.get(flow) - since) >= 0;
    }

    private static boolean isOver(MemorySegment flow) {
        return FlowState.isGone(FlowAbi.Flow.STATE.getInt(flow));
    }

    private static boolean isRemoved(MemorySegment flow) {
        return FlowAbi.Flow.STATE.getInt(flow) == FlowState.NONE.ordinal();
    }

    private static boolean isForward(MemorySegment flow) {
        return FlowAbi.Flow.DIRECTION.get(flow) == FlowAbi.DIRECTION_FORWARD;
    }

    /**
     * After the programs were switched: in the earlier maps flows end at most. Beside flows confirmed meanwhile there may be
     * some that were closed there, or by one side, or begun anew by a SYN.
     *
     * @param since jiffies, a little before the first copy began
     */
    void complete(long since) {
        copyMissing(flow -> isYounger(flow, since) || !isOpen(flow) || fins(flow) != 0, Migration::isFurther);
    }

    /**
     * After all were completed: ends what was closed and has ended in earlier maps, over which expiry went on. Only tables that
     * were empty before the copy are sure to have by it what is older than the switch.
     *
     * @param earlier all that flows came from; after a move that was broken off, one may be in any of them
     * @param switched jiffies, when the first program was switched
     */
    void closeEnded(List<Migration> earlier, long switched) {
        if (!isWhole || rests) {
            return;
        }
        eachOfFlows((name, copy) -> copy.changeMissing(
                earlier.stream()
                        .flatMap(other -> Optional.ofNullable(other.copies.get(name)).stream())
                        .toList(),
                flow -> isForward(flow)
                        && isOpen(flow)
                        && !isYounger(flow, switched)
                        && (int) (FlowAbi.Flow.SEEN.get(flow) - switched) < 0,
                flow -> FlowAbi.Flow.STATE.set(flow, FlowState.CLOSING.ordinal())));
    }

    /** Whether the earlier maps know a later flow by this key, or have seen of its end what was not seen here. */
    private static boolean isFurther(MemorySegment flow, MemorySegment known) {
        int later = elapsed(FlowAbi.Flow.CREATED, known, flow);
        if (isOver(known) || later < 0) {
            return false;
        }
        if (later > 0 || isOver(flow)) {
            return true;
        }
        if (isOpen(flow) && isOpen(known)) {
            return addFins(flow, known);
        }
        return isOpen(known) && elapsed(FlowAbi.Flow.SEEN, known, flow) >= 0;
    }

    /** A flow whose two ends were told to different programs: what is known here, with the FIN that came there. */
    private static boolean addFins(MemorySegment flow, MemorySegment known) {
        int fins = fins(flow) | fins(known);
        if (fins == fins(known)) {
            return false;
        }
        flow.copyFrom(known);
        FlowAbi.Flow.FLAGS.set(flow, FlowAbi.Flow.FLAGS.getInt(known) | fins);
        if (fins == FINS) {
            FlowAbi.Flow.STATE.set(flow, FlowState.CLOSING.ordinal());
        }
        return true;
    }

    private static int fins(MemorySegment flow) {
        return FlowAbi.Flow.FLAGS.getInt(flow) & FINS;
    }

    private static boolean isOpen(MemorySegment flow) {
        return FlowAbi.Flow.STATE.getInt(flow) == FlowState.ESTABLISHED.ordinal();
    }

    /** A reply is of no use without its forward entry, which leads expiry to it, and may have ended since: it comes second. */
    private void copyMissing(Predicate<MemorySegment> wanted, BiPredicate<MemorySegment, MemorySegment> isLater) {
        Predicate<MemorySegment> there = wanted.and(flow -> !isRemoved(flow));
        eachOfFlows((name, copy) -> {
            Twins twins = twins(name);
            Live arrivals = new Live(name, twins);
            lost += copy.copyMissing((key, flow) -> isForward(flow) && there.test(flow), isLater, arrivals);
            lost += copy.copyMissing(
                    (key, flow) -> !isForward(flow)
                            && there.test(flow)
                            && twins.find(key, flow).isPresent(),
                    isLater,
                    arrivals);
        });
    }

    /** Flows that come into a map while packets pass. Each is counted at once: a process may be killed after any. */
    private final class Live implements MapCopy.Copied {

        private final BpfMap flows;
        private final Twins twins;
        private final Arrivals arrivals;

        Live(String name, Twins twins) {
            this.flows = objects.map(name);
            this.twins = twins;
            this.arrivals = arrivals(name);
        }

        @Override
        public void entry(MemorySegment key, MemorySegment flow) {
            moved++;
            arrivals.entry(key, flow);
            arrivals.count();
        }

        @Override
        public void instead(MemorySegment key, MemorySegment known, MemorySegment flow) {
            arrivals.instead(known, flow);
            arrivals.count();
            if (isForward(flow) && (isOver(flow) || !isSameTarget(known, flow))) {
                twins.find(key, known).ifPresent(flows::delete);
            }
        }
    }

    private static boolean isSameTarget(MemorySegment one, MemorySegment other) {
        return FlowAbi.Flow.TARGET.get(one) == FlowAbi.Flow.TARGET.get(other);
    }

    private Arrivals arrivals(String name) {
        return new Arrivals(objects, Objects.requireNonNull(FAMILIES.get(name)));
    }

    private Twins twins(String name) {
        return new Twins(objects.map(name), Objects.requireNonNull(FAMILIES.get(name)));
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
}
