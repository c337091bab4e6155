package io.weir.api;

import io.weir.model.NodeId;
import java.util.Set;

/**
 * How the exchange of facts (health, circuits, drains) stands, with what it has counted since the start.
 *
 * @param undrawn living peers whose facts were not drawn since they were last met
 * @param known facts, also of targets that are not configured here
 * @param said by this node
 * @param heard from peers, news or not
 * @param changed of these, news
 * @param exchanges with a peer that were begun here
 * @param agreed of these, answered to the end
 * @param ahead facts of a clock that is more than a minute ahead of this host's
 * @param malformed messages that were dropped because no node sends such
 * @param otherVersion messages that were dropped because a node of another version sent them
 * @param noRoom facts about targets nobody here has configured, for which there was no room
 */
public record FactStatus(
        Set<NodeId> undrawn,
        long known,
        long said,
        long heard,
        long changed,
        long exchanges,
        long agreed,
        long ahead,
        long malformed,
        long otherVersion,
        long noRoom) {

    static final FactStatus NONE = new FactStatus(Set.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public FactStatus {
        undrawn = Set.copyOf(undrawn);
    }
}
