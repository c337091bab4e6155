package io.weir.stats;

import java.time.Duration;
import java.util.List;

/**
 * A histogram at one moment, cumulative as Prometheus has it.
 *
 * @param buckets in rising order
 * @param count of all times, also those above the last bound
 * @param sum of all times
 */
public record Distribution(List<Bucket> buckets, long count, Duration sum) {

    /** @param count of the times that are not above the bound */
    public record Bucket(Duration bound, long count) {}

    public Distribution {
        buckets = List.copyOf(buckets);
    }
}
