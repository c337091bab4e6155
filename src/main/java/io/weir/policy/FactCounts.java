package io.weir.policy;

/**
 * What the exchange of facts (health, circuits, drains) has seen since the start.
 *
 * @param known facts now, also of targets that are not configured here
 * @param said by this node
 * @param heard from peers, news or not
 * @param changed of these, news
 * @param exchanges with a peer that were begun here
 * @param agreed of these, answered to the end
 * @param ahead facts of a clock that is more than a minute ahead of this host's
 * @param malformed frames that were dropped because no node sends such
 * @param otherVersion frames that were dropped because a node of another version sent them
 * @param noRoom facts about targets nobody here has configured, for which there was no room
 * @param gossipLost gossip that came faster than it was worked on; an exchange brings what was in it
 */
public record FactCounts(
        long known,
        long said,
        long heard,
        long changed,
        long exchanges,
        long agreed,
        long ahead,
        long malformed,
        long otherVersion,
        long noRoom,
        long gossipLost) {

    /** Before anything was exchanged. */
    public static final FactCounts NONE = new FactCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public FactCounts withGossipLost(long lost) {
        return new FactCounts(
                known, said, heard, changed, exchanges, agreed, ahead, malformed, otherVersion, noRoom, lost);
    }
}
