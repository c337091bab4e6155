package io.weir.dataplane;

import io.weir.model.Cluster;
import io.weir.model.Settings;
import java.util.Map;
import java.util.Optional;

/**
 * How large the tables are made. Two entries for a connection; a queue place for each, and some more for keys that are on
 * their way; half-open buckets of seven ways for a sixteenth of the connections.
 *
 * <p>The half-open table stays small enough for the CPU's cache: with 8,192 buckets a SYN of a flood costs 444 ns, with
 * 65,536 640 ns. A client whose entry a flood pushed out is picked up again by its hash (listeners with a VIP).
 *
 * @param maxConnections what the flow tables hold
 * @param totals whether packets and bytes of every flow are kept from the start; if not, a later wish for them is
 *     served for the first so many flows, and the others are counted under {@code no_memory}
 * @param shadows flows of peers held ready, of one family
 */
public record Sizes(int maxConnections, boolean totals, int shadows) {

    private static final int QUEUE_SLACK = 1024;
    private static final int CONNECTIONS_IN_BUCKET = 16;
    private static final int MIN_BUCKETS = 1024;
    private static final int MAX_BUCKETS = 8192;
    private static final int TOTALS_LATER = 65536;

    public Sizes {
        if (maxConnections < 1 || maxConnections > 100_000_000) {
            throw new IllegalArgumentException("connections are 1 to 100,000,000, not " + maxConnections);
        }
    }

    /** Without totals and peers. */
    public Sizes(int maxConnections) {
        this(maxConnections, false);
    }

    /** Without peers. */
    public Sizes(int maxConnections, boolean totals) {
        this(maxConnections, totals, 0);
    }

    /** As a node wants them. */
    static Sizes of(Settings settings) {
        Cluster cluster = settings.control().cluster();
        boolean shadows = cluster.enabled() && cluster.sync().conntrack();
        return new Sizes(
                settings.maxConnections(), settings.keepsStatistics(), shadows ? settings.maxConnections() : 0);
    }

    /** Of tables that were made, by the entries of one for flows. */
    static Sizes ofFlows(int entries) {
        return new Sizes(entries / 2);
    }

    /** Buckets of the half-open table, a power of two. */
    public int halfOpenBuckets() {
        int wanted = Math.clamp(maxConnections / CONNECTIONS_IN_BUCKET, MIN_BUCKETS, MAX_BUCKETS);
        int floor = Integer.highestOneBit(wanted);
        return floor == wanted ? floor : floor * 2;
    }

    /** Confirmed flows from which on the rest of the main tables is kept for proven ones: three quarters of what they hold. */
    public int crowded() {
        return maxConnections - maxConnections / 4;
    }

    private int totalsEntries() {
        return totals ? 2 * maxConnections : Math.min(2 * maxConnections, TOTALS_LATER);
    }

    /** max_entries of a map that depends on the connections; empty for the others. */
    public Optional<Integer> of(String map) {
        return Optional.ofNullable(Map.of(
                        MapShape.FLOWS4,
                        2 * maxConnections,
                        MapShape.FLOWS6,
                        2 * maxConnections,
                        MapShape.TOTALS4,
                        totalsEntries(),
                        MapShape.TOTALS6,
                        totalsEntries(),
                        MapShape.QUEUE,
                        maxConnections + QUEUE_SLACK,
                        MapShape.HALF_OPEN,
                        halfOpenBuckets(),
                        MapShape.SHADOWS4,
                        Math.max(1, shadows), // a map for nothing is not made
                        MapShape.SHADOWS6,
                        Math.max(1, shadows))
                .get(map));
    }
}
