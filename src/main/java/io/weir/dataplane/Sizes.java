package io.weir.dataplane;

import java.util.Map;
import java.util.Optional;

/**
 * How large the tables are made. Two entries for a connection; a queue place for each, and some more for keys that are on
 * their way; half-open buckets of seven ways for a sixteenth of the connections.
 *
 * @param maxConnections what the flow tables hold
 */
public record Sizes(int maxConnections) {

    private static final int QUEUE_SLACK = 1024;
    private static final int CONNECTIONS_IN_BUCKET = 16;
    private static final int MIN_BUCKETS = 1024;
    private static final int MAX_BUCKETS = 65536;

    public Sizes {
        if (maxConnections < 1 || maxConnections > 100_000_000) {
            throw new IllegalArgumentException("connections are 1 to 100,000,000, not " + maxConnections);
        }
    }

    /** Buckets of the half-open table, a power of two. */
    public int halfOpenBuckets() {
        int wanted = Math.clamp(maxConnections / CONNECTIONS_IN_BUCKET, MIN_BUCKETS, MAX_BUCKETS);
        int floor = Integer.highestOneBit(wanted);
        return floor == wanted ? floor : floor * 2;
    }

    /** max_entries of a map that depends on the connections; empty for the others. */
    public Optional<Integer> of(String map) {
        return Optional.ofNullable(Map.of(
                        MapShape.FLOWS4, 2 * maxConnections,
                        MapShape.FLOWS6, 2 * maxConnections,
                        MapShape.TOTALS4, 2 * maxConnections,
                        MapShape.TOTALS6, 2 * maxConnections,
                        MapShape.QUEUE4, maxConnections + QUEUE_SLACK,
                        MapShape.QUEUE6, maxConnections + QUEUE_SLACK,
                        MapShape.HALF_OPEN, halfOpenBuckets())
                .get(map));
    }
}
