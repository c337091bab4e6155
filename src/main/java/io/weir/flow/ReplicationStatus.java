package io.weir.flow;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How replication stands.
 *
 * @param peers those with a link, and those whose flows are still known
 * @param inSync whether all flows of all peers with a link are held ready here
 * @param own flows this node carries and tells; zero without a peer
 * @param shadows flows of peers held ready here
 * @param capacity how many there is room for
 * @param unprotected flows of this node that no living peer has acknowledged yet
 * @param lagMedian from an event of the data path until a peer has applied it; zero when there was none in the last minute
 * @param lag99 what 99 of 100 events were not slower than
 * @param malformed frames that were refused
 * @param otherVersion frames that were dropped because a node of another version sent them
 */
public record ReplicationStatus(
        Map<NodeId, Peer> peers,
        boolean inSync,
        long own,
        long shadows,
        long capacity,
        long unprotected,
        Duration lagMedian,
        Duration lag99,
        long malformed,
        long otherVersion) {

    /** A node without peers. */
    public static final ReplicationStatus NONE = unshared(0);

    /** A node that tells its flows to nobody, and has no room for those of others. */
    public static ReplicationStatus unshared(long carried) {
        return new ReplicationStatus(Map.of(), true, 0, 0, 0, carried, Duration.ZERO, Duration.ZERO, 0, 0);
    }

    /**
     * @param linked whether a link to it stands
     * @param told whether it was told all flows of this node
     * @param inSync whether its flows are all held ready here
     * @param shadows flows of it held ready here
     * @param underwayBytes told to it and not acknowledged yet
     * @param sentBytes since the link stands
     * @param receivedBytes since this node started
     * @param restarts how often all had to be told anew, either way
     * @param repairs how often it told some of its flows anew
     * @param refused its flows there was no room for
     * @param kept its flows that this node carries itself
     * @param unknown its flows whose target is not configured here
     */
    public record Peer(
            boolean linked,
            boolean told,
            boolean inSync,
            long shadows,
            long underwayBytes,
            long sentBytes,
            long receivedBytes,
            long restarts,
            long repairs,
            long refused,
            long kept,
            long unknown) {}

    /** Of a living peer: whether its flows are all held ready here. */
    public boolean isInSync(NodeId peer) {
        return Optional.ofNullable(peers.get(peer)).map(Peer::inSync).orElse(capacity == 0);
    }

    /** Flows of a peer, living or not, that are held ready here. */
    public long shadowsOf(NodeId peer) {
        return Optional.ofNullable(peers.get(peer)).map(Peer::shadows).orElse(0L);
    }

    public ReplicationStatus {
        peers = Collections.unmodifiableMap(new TreeMap<>(peers));
    }
}
