package io.weir.stats;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** How often a time lay between two bounds. One thread adds, any may read. */
public final class Histogram {

    private final List<Duration> bounds;
    /** One for each bound and one above all; then the sum in nanoseconds. */
    private final AtomicLongArray counts;

    /** @param bounds rising; a time that equals a bound lies below it */
    public Histogram(List<Duration> bounds) {
        this.bounds = List.copyOf(bounds);
        this.counts = new AtomicLongArray(bounds.size() + 2);
    }

    public void add(Duration time) {
        int bucket = 0;
        while (bucket < bounds.size() && time.compareTo(bounds.get(bucket)) > 0) {
            bucket++;
        }
        raise(bucket, 1);
        raise(bounds.size() + 1, time.toNanos());
    }

    private void raise(int index, long by) {
        counts.setRelease(index, counts.getPlain(index) + by);
    }

    public Distribution distribution() {
        List<Distribution.Bucket> buckets = new ArrayList<>();
        long below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            below += counts.getAcquire(i);
            buckets.add(new Distribution.Bucket(bounds.get(i), below));
        }
        return new Distribution(
                buckets,
                below + counts.getAcquire(bounds.size()),
                Duration.ofNanos(counts.getAcquire(bounds.size() + 1)));
    }
}
