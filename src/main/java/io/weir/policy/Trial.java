package io.weir.policy;

import java.util.OptionalLong;

/**
 * The few connections by which a half-open circuit finds out how its target is.
 *
 * @param since when the circuit became half-open
 * @param firstShare of the target's weight, above 0 and up to 1
 * @param seen of its connections up to now
 * @param filledAt when as many had started as are let through; empty: not yet
 * @param passedAt when as many had come to a good end as are asked for; empty: not yet
 */
public record Trial(long since, double firstShare, Sample seen, OptionalLong filledAt, OptionalLong passedAt) {

    /** A smaller share may come to no slot of the table at all. */
    private static final double SMALLEST_SHARE = 0.01;

    private static final double LARGEST_FIRST_SHARE = 0.25;

    /**
     * @param usual connections that the target had in the circuit breaker's window before it was cut off
     * @param wanted connections to be let through
     */
    static Trial start(long usual, int wanted, long now) {
        double share = (double) wanted / Math.max(1, usual);
        double first = Math.clamp(share, SMALLEST_SHARE, LARGEST_FIRST_SHARE);
        return new Trial(now, first, Sample.NONE, OptionalLong.empty(), OptionalLong.empty());
    }

    Trial plus(Sample sample, int wanted, long now) {
        Sample all = seen.plus(sample);
        return new Trial(
                since,
                firstShare,
                all,
                filledAt.isEmpty() && all.started() >= wanted ? OptionalLong.of(now) : filledAt,
                passedAt.isEmpty() && all.concluded() - all.errors() >= wanted ? OptionalLong.of(now) : passedAt);
    }

    /** Whether some of its connections may still end badly. */
    boolean isOutstanding() {
        return seen.started() > seen.concluded();
    }

    /**
     * The share of the target's weight: doubled every so often, so that a target that few clients come to is tried in the
     * end; 0 while enough connections are under way.
     */
    double share(long stepMs, long now) {
        return filledAt.isPresent() ? 0 : Math.min(1, firstShare * (1L << doublings(stepMs, now)));
    }

    /** When the share is 1 at the latest. */
    long fullAt(long stepMs) {
        int needed = 0;
        while (firstShare * (1L << needed) < 1) {
            needed++;
        }
        return since + needed * stepMs;
    }

    private long doublings(long stepMs, long now) {
        return Math.min(30, Math.max(0, now - since) / stepMs);
    }
}
