package io.weir.engine;

import io.weir.model.NodeId;
import io.weir.policy.HealthTrack;
import java.util.Optional;

/**
 * What the checks of a target have come to.
 *
 * @param error of the check that failed last, for people; empty: none, or the target is healthy again
 * @param since milliseconds of the engine's clock, when the engine heard of it
 * @param seenBy the peer whose checks said so; empty: this node's own did
 */
public record HealthStatus(HealthTrack.Status status, String error, long since, Optional<NodeId> seenBy) {

    /** By this node's own checks. */
    public HealthStatus(HealthTrack.Status status, String error, long since) {
        this(status, error, since, Optional.empty());
    }

    /** The error, and who saw it if that was not this node. */
    public String text() {
        return seenBy.filter(_ -> status == HealthTrack.Status.UNHEALTHY)
                .map(node -> (error.isEmpty() ? "" : error + " ") + "(seen by " + node + ")")
                .orElse(error);
    }
}
