package io.weir.flow;

import java.time.Duration;

/**
 * How long it takes from an event of the data path until a peer has applied it: quantiles of the last half to whole minute. Steps
 * of 12 % from 10 µs on.
 */
final class Lags {

    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();
    private static final double FIRST = 10_000;
    private static final double STEP = 1.12;
    private static final int STEPS = 160;

    private long[] current = new long[STEPS];
    private long[] previous = new long[STEPS];
    private long since = Long.MIN_VALUE;

    void add(long lagNanos, int events, long now) {
        turn(now);
        double steps = Math.log(Math.max(lagNanos, FIRST) / FIRST) / Math.log(STEP);
        current[(int) Math.min(Math.ceil(steps), STEPS - 1)] += events;
    }

    /**
     * @param share of the events that were as fast or faster, 0 to 1
     * @return zero when there were none
     */
    Duration quantile(double share, long now) {
        turn(now);
        long all = 0;
        for (int i = 0; i < STEPS; i++) {
            all += current[i] + previous[i];
        }
        double wanted = all * share;
        long passed = 0;
        for (int i = 0; i < STEPS && all > 0; i++) {
            passed += current[i] + previous[i];
            if (passed >= wanted && passed > 0) {
                return Duration.ofNanos((long) (FIRST * Math.pow(STEP, i)));
            }
        }
        return Duration.ZERO;
    }

    private void turn(long now) {
        if (since == Long.MIN_VALUE || now - since >= 2 * WINDOW_NANOS) {
            current = new long[STEPS];
            previous = new long[STEPS];
            since = now;
        } else if (now - since >= WINDOW_NANOS) {
            previous = current;
            current = new long[STEPS];
            since += WINDOW_NANOS;
        }
    }
}
