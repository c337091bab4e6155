package io.weir.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weir.engine.Tally;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Cpus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What the data path counted, summed over CPUs. */
public final class Counters {

    private final Function<String, BpfMap> maps;

    /** @param maps the maps by name; they stay the caller's */
    Counters(Function<String, BpfMap> maps) {
        this.maps = maps;
    }

    /** What went to and from a target, since its index was given to it. */
    public record TargetCounts(
            long packetsToTarget,
            long packetsToClient,
            long bytesToTarget,
            long bytesToClient,
            long connections,
            long active,
            long syns,
            long handshakes,
            long handshakeResets,
            long handshakeTimeouts,
            long earlyResets) {

        Tally tally() {
            return new Tally(active, syns, handshakes, handshakeResets, handshakeTimeouts, earlyResets);
        }
    }

    /** A proxy's number and a target's index. */
    public record ProxyTarget(int proxy, int target) {}

    /**
     * Confirmed flows of a proxy at a target.
     *
     * @param opened in all
     * @param active that have not ended
     */
    public record Connections(long opened, long active) {}

    /**
     * How full a table is.
     *
     * @param entries confirmed flows in both flow tables count twice, once for each direction
     */
    public record TableSize(long entries, long capacity) {}

    /** What expiry did since its map was made. */
    public record Expiry(long flows, long examined, long expired, long slices, long lost) {}

    /** Packets that were not plainly forwarded, by reason; those with none are left out. */
    public Map<Reason, Long> verdicts() {
        Map<Reason, Long> counts = new EnumMap<>(Reason.class);
        BpfMap map = maps.apply(MapShape.VERDICTS);
        map.forEach((key, value) -> {
            int reason = key.get(JAVA_INT, 0);
            long sum = sum(map, value);
            if (sum > 0 && reason < Reason.values().length) {
                counts.put(Reason.values()[reason], sum);
            }
        });
        return counts;
    }

    /** Of one target, by its index. */
    public TargetCounts target(int index) {
        return targets(Set.of(index)).values().iterator().next();
    }

    /** Of these targets, by index. */
    public Map<Integer, TargetCounts> targets(Set<Integer> indices) {
        BpfMap map = maps.apply(MapShape.TARGET_COUNTERS);
        Map<Integer, TargetCounts> targets = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(JAVA_INT);
            MemorySegment value = arena.allocate(map.valueSize(), 8);
            for (int index : indices) {
                key.set(JAVA_INT, 0, index);
                map.lookup(key, value);
                targets.put(index, counts(map, value));
            }
        }
        return targets;
    }

    private static TargetCounts counts(BpfMap map, MemorySegment value) {
        return new TargetCounts(
                sum(map, value, TargetAbi.TargetCounters.PACKETS, FlowAbi.DIRECTION_FORWARD),
                sum(map, value, TargetAbi.TargetCounters.PACKETS, FlowAbi.DIRECTION_REPLY),
                sum(map, value, TargetAbi.TargetCounters.BYTES, FlowAbi.DIRECTION_FORWARD),
                sum(map, value, TargetAbi.TargetCounters.BYTES, FlowAbi.DIRECTION_REPLY),
                sum(map, value, TargetAbi.TargetCounters.CONNECTIONS, 0),
                sum(map, value, TargetAbi.TargetCounters.ACTIVE, 0),
                sum(map, value, TargetAbi.TargetCounters.SYNS, 0),
                sum(map, value, TargetAbi.TargetCounters.HANDSHAKES, 0),
                sum(map, value, TargetAbi.TargetCounters.HANDSHAKE_RESETS, 0),
                sum(map, value, TargetAbi.TargetCounters.HANDSHAKE_TIMEOUTS, 0),
                sum(map, value, TargetAbi.TargetCounters.EARLY_RESETS, 0));
    }

    /** Confirmed flows of a target that have not ended: exact. */
    public long active(int index) {
        return target(index).active();
    }

    /** The same of one proxy. */
    public long active(int proxy, int target) {
        BpfMap map = maps.apply(MapShape.CONNECTIONS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = TargetAbi.ConnectionKey.LAYOUT.allocate(arena);
            TargetAbi.ConnectionKey.PROXY.set(key, proxy);
            TargetAbi.ConnectionKey.TARGET.set(key, target);
            MemorySegment value = arena.allocate(map.valueSize(), 8);
            return map.lookup(key, value) ? sum(map, value, TargetAbi.ConnectionCounts.ACTIVE, 0) : 0;
        }
    }

    /** By proxy and target, as far as they have met. */
    public Map<ProxyTarget, Connections> connections() {
        Map<ProxyTarget, Connections> counts = new HashMap<>();
        BpfMap map = maps.apply(MapShape.CONNECTIONS);
        map.forEach((key, value) -> counts.put(
                new ProxyTarget(TargetAbi.ConnectionKey.PROXY.getInt(key), TargetAbi.ConnectionKey.TARGET.getInt(key)),
                new Connections(
                        sum(map, value, TargetAbi.ConnectionCounts.OPENED, 0),
                        sum(map, value, TargetAbi.ConnectionCounts.ACTIVE, 0))));
        return counts;
    }

    /** Of the flow tables, known without walking them, and of the half-open table, which is walked. */
    public Map<String, TableSize> tables() {
        long flows = expiry().flows();
        long capacity = maps.apply(MapShape.FLOWS4).info().maxEntries();
        BpfMap halfOpen = maps.apply(MapShape.HALF_OPEN);
        long[] used = {0};
        halfOpen.forEach((key, value) -> {
            for (int tag : FlowAbi.HalfOpenBucket.TAG.ints(value)) {
                used[0] += tag == 0 ? 0 : 1;
            }
        });
        return Map.of(
                "flows", new TableSize(2 * flows, capacity),
                "half_open_flows",
                        new TableSize(
                                used[0],
                                (long) FlowAbi.HALF_OPEN_WAYS * halfOpen.info().maxEntries()));
    }

    public Expiry expiry() {
        BpfMap map = maps.apply(MapShape.EXPIRY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = element(map, arena);
            return new Expiry(
                    NodeAbi.Expiry.FLOWS.get(value),
                    NodeAbi.Expiry.EXAMINED.get(value),
                    NodeAbi.Expiry.EXPIRED.get(value),
                    NodeAbi.Expiry.SLICES.get(value),
                    NodeAbi.Expiry.LOST.get(value));
        }
    }

    /** Events that found the ring buffer full. */
    public long eventsLost() {
        BpfMap map = maps.apply(MapShape.EVENTS_LOST);
        try (Arena arena = Arena.ofConfined()) {
            return sum(map, element(map, arena));
        }
    }

    /** The programs' clock when expiry last ran, at most a twentieth of a second ago. */
    static long jiffies(BpfMap expiry) {
        try (Arena arena = Arena.ofConfined()) {
            return NodeAbi.Expiry.JIFFIES.get(element(expiry, arena));
        }
    }

    private static MemorySegment element(BpfMap map, Arena arena) {
        MemorySegment value = arena.allocate(map.valueSize(), 8);
        map.lookup(arena.allocateFrom(JAVA_INT, 0), value);
        return value;
    }

    private static long sum(BpfMap map, MemorySegment value) {
        long sum = 0;
        for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
            sum += value.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) cpu * map.cpuStride());
        }
        return sum;
    }

    static long sum(BpfMap map, MemorySegment value, Field field, int index) {
        long sum = 0;
        for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
            sum += field.get(value.asSlice((long) cpu * map.cpuStride(), map.cpuStride()), index);
        }
        return sum;
    }
}
