package io.weir.dataplane;

import java.time.Duration;

/**
 * The kernel's clock in programs. How many there are in a second is nowhere to be read, but jiffies64 begins at
 * {@code (u32) (-300 * HZ)} when the monotonic clock begins at zero (INITIAL_JIFFIES in linux/jiffies.h), so one look at both
 * tells.
 *
 * @param hz jiffies in a second
 */
record Jiffies(int hz) {

    static final Jiffies FASTEST = new Jiffies(1000);

    private static final int[] POSSIBLE = {100, 250, 300, 1000};
    private static final long BEFORE_BOOT_SECONDS = 300;
    private static final long NANOS = 1_000_000_000L;
    private static final long MILLIS = 1000;
    private static final long WORD = 0xffffffffL;

    /**
     * @param jiffies low 32 bits, read at the same moment as
     * @param nanos of the monotonic clock
     */
    static Jiffies at(long jiffies, long nanos) {
        int best = POSSIBLE[0];
        long least = Long.MAX_VALUE;
        for (int hz : POSSIBLE) {
            long counted = jiffies + BEFORE_BOOT_SECONDS * hz & WORD;
            long expected = (nanos / NANOS * hz + nanos % NANOS * hz / NANOS) & WORD;
            // The counter wraps after 49 days at 1000 Hz, so the distance does too.
            long distance = Math.abs((int) (counted - expected)) * MILLIS / hz;
            if (distance < least) {
                least = distance;
                best = hz;
            }
        }
        return new Jiffies(best);
    }

    long of(Duration duration) {
        return Math.clamp(duration.toMillis() * hz / MILLIS, 1, Integer.MAX_VALUE);
    }

    Duration duration(long jiffies) {
        return Duration.ofMillis(jiffies * MILLIS / hz);
    }

    /** From one reading to a later one. */
    Duration between(long earlier, long later) {
        return duration(later - earlier & WORD);
    }
}
