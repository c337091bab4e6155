package io.weir.api;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.probe.HealthProber;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How a target is.
 *
 * @param status by the checks; UNKNOWN before they have led to any, and without checks
 * @param error of the check that failed last; empty: none, or it is healthy again
 * @param since when the checks led to this status
 * @param forced what the operator says instead: true healthy, false administratively down
 * @param checks how this node checks it and how that went; empty: it does not
 * @param checkedBy other nodes that check it instead of this one, which takes their word
 */
public record TargetHealth(
        ProxyTarget target,
        HealthTrack.Status status,
        String error,
        Optional<Instant> since,
        Optional<Boolean> forced,
        Optional<HealthProber.Standing> checks,
        Set<NodeId> checkedBy) {

    public TargetHealth {
        checkedBy = Set.copyOf(checkedBy);
    }

    /** Whether it may be given new connections; what is unknown may. */
    public boolean isHealthy() {
        return forced.orElse(status != HealthTrack.Status.UNHEALTHY);
    }
}
