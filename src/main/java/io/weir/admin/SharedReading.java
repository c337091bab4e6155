package io.weir.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Something that costs to read, read for many at once: the first who asks when it is too old reads it anew, and whoever comes
 * meanwhile waits for that. However many ask, it is read no more often than its age allows.
 */
final class SharedReading<T> {

    private final Supplier<T> source;
    private final long oldest;
    private final LongSupplier clock;
    private volatile Optional<Reading<T>> last = Optional.empty();

    /** @param at when it was begun */
    private record Reading<T>(T value, long at) {}

    /**
     * @param oldest how old an answer may be
     * @param clock nanoseconds
     */
    SharedReading(Supplier<T> source, Duration oldest, LongSupplier clock) {
        this.source = source;
        this.oldest = oldest.toNanos();
        this.clock = clock;
    }

    T get() {
        Optional<Reading<T>> known = fresh();
        return known.isPresent() ? known.get().value() : read();
    }

    private synchronized T read() {
        Reading<T> reading = fresh().orElseGet(() -> {
            long begun = clock.getAsLong();
            return new Reading<>(source.get(), begun);
        });
        last = Optional.of(reading);
        return reading.value();
    }

    private Optional<Reading<T>> fresh() {
        long now = clock.getAsLong();
        return last.filter(reading -> now - reading.at() < oldest);
    }
}
