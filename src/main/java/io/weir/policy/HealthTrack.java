package io.weir.policy;

import io.weir.model.HealthCheck;
import java.util.OptionalLong;

/**
 * What the checks of one target have come to.
 *
 * <pre>
 * from       success                          failure
 * UNKNOWN    HEALTHY at healthy-threshold     UNHEALTHY at unhealthy-threshold
 * HEALTHY    HEALTHY                          UNHEALTHY at unhealthy-threshold
 * UNHEALTHY  HEALTHY at healthy-threshold     UNHEALTHY
 * </pre>
 *
 * A success ends a row of failures and a failure a row of successes. What is not checked (type NONE) is HEALTHY for good.
 *
 * @param check whose thresholds count
 * @param successes in a row, up to now
 * @param failures in a row, up to now; one of the two is 0
 * @param since when the checks led to this status; empty before they have led to any
 */
public record HealthTrack(HealthCheck check, Status status, int successes, int failures, OptionalLong since) {

    public enum Status {
        /** Not checked often enough to say. Counts as healthy: a start must not leave traffic without a target. */
        UNKNOWN,
        HEALTHY,
        UNHEALTHY
    }

    /** Before the first check. */
    public static HealthTrack of(HealthCheck check) {
        Status status = check.type() == HealthCheck.Type.NONE ? Status.HEALTHY : Status.UNKNOWN;
        return new HealthTrack(check, status, 0, 0, OptionalLong.empty());
    }

    /** After one more check. */
    public HealthTrack after(boolean success, long now) {
        if (check.type() == HealthCheck.Type.NONE) {
            return this;
        }
        int good = success ? Math.addExact(successes, 1) : 0;
        int bad = success ? 0 : Math.addExact(failures, 1);
        if (status != Status.HEALTHY && good >= check.healthyThreshold()) {
            return new HealthTrack(check, Status.HEALTHY, good, bad, OptionalLong.of(now));
        }
        if (status != Status.UNHEALTHY && bad >= check.unhealthyThreshold()) {
            return new HealthTrack(check, Status.UNHEALTHY, good, bad, OptionalLong.of(now));
        }
        return new HealthTrack(check, status, good, bad, since);
    }

    /** The configuration has changed: what is known stays, except that a target no longer checked is healthy. */
    public HealthTrack under(HealthCheck other) {
        boolean checkedBoth = check.type() != HealthCheck.Type.NONE && other.type() != HealthCheck.Type.NONE;
        return checkedBoth ? new HealthTrack(other, status, successes, failures, since) : of(other);
    }

    /** Whether it may be given its weight. */
    public boolean mayServe() {
        return status != Status.UNHEALTHY;
    }
}
