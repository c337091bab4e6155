package io.weir.packet;

import io.weir.dataplane.Field;
import io.weir.dataplane.Reason;
import io.weir.dataplane.TargetAbi;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything the data path counts, summed over CPUs.
 *
 * @param reasons verdicts by reason, those above zero
 * @param targets counters by target and what they count, those that are not zero
 * @param connections confirmed flows by "proxy to target"
 * @param flows in the main tables
 */
public record Counters(
        Map<Reason, Long> reasons, Map<Integer, Map<Count, Long>> targets, Map<String, Long> connections, long flows) {

    /** struct target_counters. */
    public enum Count {
        PACKETS_FORWARD(TargetAbi.TargetCounters.PACKETS, 0),
        PACKETS_REPLY(TargetAbi.TargetCounters.PACKETS, 1),
        BYTES_FORWARD(TargetAbi.TargetCounters.BYTES, 0),
        BYTES_REPLY(TargetAbi.TargetCounters.BYTES, 1),
        CONNECTIONS(TargetAbi.TargetCounters.CONNECTIONS, 0),
        ACTIVE(TargetAbi.TargetCounters.ACTIVE, 0),
        SYNS(TargetAbi.TargetCounters.SYNS, 0),
        HANDSHAKES(TargetAbi.TargetCounters.HANDSHAKES, 0),
        HANDSHAKE_RESETS(TargetAbi.TargetCounters.HANDSHAKE_RESETS, 0),
        HANDSHAKE_TIMEOUTS(TargetAbi.TargetCounters.HANDSHAKE_TIMEOUTS, 0),
        EARLY_RESETS(TargetAbi.TargetCounters.EARLY_RESETS, 0);

        private final Field field;
        private final int index;

        Count(Field field, int index) {
            this.field = field;
            this.index = index;
        }

        Field field() {
            return field;
        }

        int index() {
            return index;
        }
    }

    /** What changed since. A count that is zero is absent, before and after. */
    public Counters since(Counters before) {
        Set<Integer> both = new TreeSet<>(targets.keySet());
        both.addAll(before.targets.keySet());
        Map<Integer, Map<Count, Long>> changed = new TreeMap<>();
        for (int target : both) {
            Map<Count, Long> counts = targets.getOrDefault(target, Map.of());
            Map<Count, Long> earlier = before.targets.getOrDefault(target, Map.of());
            Map<Count, Long> difference = minus(counts, earlier, new EnumMap<>(Count.class));
            if (!difference.isEmpty()) {
                changed.put(target, difference);
            }
        }
        return new Counters(
                minus(reasons, before.reasons, new EnumMap<>(Reason.class)),
                changed,
                minus(connections, before.connections, new TreeMap<>()),
                flows - before.flows);
    }

    private static <K> Map<K, Long> minus(Map<K, Long> now, Map<K, Long> before, Map<K, Long> into) {
        into.putAll(now);
        before.forEach((key, value) -> into.merge(key, -value, Long::sum));
        into.values().removeIf(difference -> difference == 0);
        return into;
    }
}
