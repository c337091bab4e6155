package io.weir.cluster.facts;

/**
 * What the exchange of facts has seen since the start.
 *
 * @param facts known now
 * @param said by this node
 * @param heard from peers, news or not
 * @param changed of these, news
 * @param exchanges with a peer that were begun here
 * @param agreed of these, answered to the end
 * @param ahead facts of a clock that is more than a minute ahead of this host's
 * @param malformed frames that were dropped because no node sends such
 * @param otherVersion frames that were dropped because a node of another version sent them
 * @param noRoom facts about targets nobody here has configured, for which there was no room
 */
public record ExchangeCounts(
        long facts,
        long said,
        long heard,
        long changed,
        long exchanges,
        long agreed,
        long ahead,
        long malformed,
        long otherVersion,
        long noRoom) {}
