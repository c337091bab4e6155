package io.weir.api;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What came of a synchronisation with the peers it was asked of.
 *
 * @param agreed those whose facts and connections are all known here
 * @param behind those of whom some are not known here yet
 * @param gone those that died or left meanwhile: what they had not told yet is not known here
 */
public record SyncResult(Set<NodeId> agreed, Set<NodeId> behind, Set<NodeId> gone) {

    /** How long it waits. A million connections take less. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    public SyncResult {
        agreed = Set.copyOf(agreed);
        behind = Set.copyOf(behind);
        gone = Set.copyOf(gone);
    }

    /**
     * @param asked peers that lived when it began
     * @param living those that live now
     * @param isBehind of a living one
     */
    public static SyncResult of(Set<NodeId> asked, Set<NodeId> living, Predicate<NodeId> isBehind) {
        Set<NodeId> agreed = new TreeSet<>();
        Set<NodeId> behind = new TreeSet<>();
        Set<NodeId> gone = new TreeSet<>();
        asked.forEach(peer -> (!living.contains(peer) ? gone : isBehind.test(peer) ? behind : agreed).add(peer));
        return new SyncResult(agreed, behind, gone);
    }

    /** Whether all peers agree with this node. */
    public boolean isComplete() {
        return behind.isEmpty() && gone.isEmpty();
    }

    /** Whether there was nobody to ask. */
    public boolean isAlone() {
        return isComplete() && agreed.isEmpty();
    }
}
