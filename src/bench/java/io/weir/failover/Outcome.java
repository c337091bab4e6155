package io.weir.failover;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What befell the connections of the checking client from a mark to a survey.
 *
 * @param held by kind: busy, idle, push, and those opened in the last second before the mark
 * @param fresh connections that were opened meanwhile
 * @param failures how often each was the reason that one broke
 * @param pauseMillis the longest that the client itself was not there
 */
public record Outcome(Map<Group, Held> held, Fresh fresh, Map<String, Long> failures, double pauseMillis) {

    /** Connections that are told of together. */
    public enum Group {
        BUSY,
        IDLE,
        PUSH,
        /** Opened in the last second before the mark, but not in its last tenth. */
        YOUNG,
        /** Opened in the last tenth of a second before the mark, or from then on until it happened. */
        YOUNGEST
    }

    public Outcome {
        held = Map.copyOf(held);
        failures = Map.copyOf(failures);
    }

    /** Of a kind that there was none of: an empty one. */
    public Held of(Group group) {
        return held.getOrDefault(group, new Held(0, 0, 0, List.of()));
    }

    /** Of all. */
    public long total() {
        return held.values().stream().mapToLong(Held::total).sum();
    }

    public long survivors() {
        return held.values().stream().mapToLong(Held::survivors).sum();
    }

    /** That were answered by a reset, closed early, or got wrong bytes. */
    public long broken() {
        return held.values().stream().mapToLong(Held::broken).sum();
    }

    /**
     * @param total established at the mark
     * @param broken that got a reset, an early end or wrong bytes
     * @param silent that nothing came by any more
     * @param stallMillis of each survivor the longest, ascending
     */
    public record Held(long total, long broken, long silent, List<Double> stallMillis) {

        public Held {
            stallMillis = List.copyOf(stallMillis);
        }

        public long survivors() {
            return total - broken - silent;
        }

        /** @param share 0 to 1; of none: 0 */
        public double stall(double share) {
            return stallMillis.isEmpty()
                    ? 0
                    : stallMillis.get((int) Math.min(stallMillis.size() - 1L, (long) (share * stallMillis.size())));
        }
    }

    /**
     * @param attempts to connect
     * @param failed that came to nothing
     * @param broken that were established, and got a reset, an early end or wrong bytes
     * @param refusedMillis from the first whose first packet was not answered to the last one
     * @param slowestMillis of those that succeeded
     */
    public record Fresh(long attempts, long failed, long broken, double refusedMillis, double slowestMillis) {}

    /** Ascending milliseconds. */
    static List<Double> millis(long[] nanos) {
        return Arrays.stream(nanos).sorted().mapToObj(stall -> stall / 1e6).toList();
    }
}
