package io.weir.api;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Set;

/**
 * What came of a synchronisation.
 *
 * @param peers it was asked of
 * @param behind those of them whose facts or connections are not all known here yet
 */
public record SyncResult(int peers, Set<NodeId> behind) {

    /** How long it waits. A million connections take less. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    public SyncResult {
        behind = Set.copyOf(behind);
    }

    /** Whether all peers agree with this node. */
    public boolean isComplete() {
        return behind.isEmpty();
    }
}
