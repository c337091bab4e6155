package io.weir.engine;

/**
 * When to try again: after 100 ms, twice as long each time, at most 10 s.
 *
 * @param failures in a row
 * @param retryAt milliseconds of the engine's clock
 */
record Backoff(int failures, long retryAt) {

    static final Backoff NONE = new Backoff(0, Long.MIN_VALUE);

    private static final long FIRST_MS = 100;
    private static final long LONGEST_MS = 10_000;

    Backoff failed(long now) {
        long wait = Math.min(LONGEST_MS, FIRST_MS << Math.min(failures, 10));
        return new Backoff(failures + 1, now + wait);
    }

    boolean allows(long now) {
        return now >= retryAt;
    }
}
