package io.weir.policy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The samples of the last while, in about ten buckets: what leaves the window leaves it a bucket at a time.
 *
 * @param buckets oldest first
 */
public record ErrorWindow(List<Bucket> buckets) {

    static final ErrorWindow EMPTY = new ErrorWindow(List.of());

    private static final int BUCKETS = 10;

    /** @param start of the time that its sample covers */
    record Bucket(long start, Sample sample) {}

    public ErrorWindow {
        buckets = List.copyOf(buckets);
    }

    /** With one more sample, without what is older than the window is long. */
    ErrorWindow plus(Sample sample, Duration length, long now) {
        List<Bucket> kept = buckets.stream()
                .filter(bucket -> bucket.start() > now - length.toMillis())
                .toList();
        if (sample.equals(Sample.NONE)) {
            return new ErrorWindow(kept);
        }
        long span = length.toMillis() / BUCKETS;
        if (kept.isEmpty() || now - kept.getLast().start() >= span) {
            return new ErrorWindow(Stream.concat(kept.stream(), Stream.of(new Bucket(now, sample)))
                    .toList());
        }
        Bucket last = kept.getLast();
        Bucket fuller = new Bucket(last.start(), last.sample().plus(sample));
        return new ErrorWindow(Stream.concat(kept.stream().limit(kept.size() - 1L), Stream.of(fuller))
                .toList());
    }

    /** All that is in it. */
    public Sample total() {
        return buckets.stream().map(Bucket::sample).reduce(Sample.NONE, Sample::plus);
    }
}
