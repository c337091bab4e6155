package io.weir.api;

import io.weir.model.NodeId;
import io.weir.policy.FactCounts;
import java.util.Set;

/**
 * How the exchange of facts (health, circuits, drains) stands.
 *
 * @param undrawn living peers whose facts were not drawn since they were last met
 * @param counts since the start
 */
public record FactStatus(Set<NodeId> undrawn, FactCounts counts) {

    static final FactStatus NONE = new FactStatus(Set.of(), FactCounts.NONE);

    public FactStatus {
        undrawn = Set.copyOf(undrawn);
    }
}
