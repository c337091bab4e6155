package io.weir.policy;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A target that is back, from being unhealthy or cut off, gets its weight in four steps: 25, 50, 75 and 100 %. So cold caches and
 * connection pools fill before the whole load comes.
 */
public final class Recovery {

    private static final int STEPS = 4;

    private Recovery() {}

    /**
     * @param since when it came back
     * @param step time spent at each percentage below 100; zero: it gets everything at once
     */
    public static int percent(long since, Duration step, long now) {
        return 100 * stage(since, step, now) / STEPS;
    }

    /** When the percentage rises next; empty when it is 100. */
    public static OptionalLong nextChange(long since, Duration step, long now) {
        int stage = stage(since, step, now);
        return stage == STEPS ? OptionalLong.empty() : OptionalLong.of(since + stage * step.toMillis());
    }

    private static int stage(long since, Duration step, long now) {
        if (step.isZero()) {
            return STEPS;
        }
        long passed = Math.max(0, now - since) / step.toMillis();
        return 1 + (int) Math.min(STEPS - 1, passed);
    }
}
