package io.weir.cluster.facts;

import io.weir.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Peers that are up, and how far this node has come with each in exchanging what both know. */
final class FactPeers {

    private static final class Peer {
        private boolean drawn;
        private boolean informed;
        private long askedAt;
    }

    private final Map<NodeId, Peer> peers = new TreeMap<>();

    /** It is there, perhaps anew: nothing is known of it. */
    void up(NodeId id) {
        peers.put(id, new Peer());
    }

    void gone(NodeId id) {
        peers.remove(id);
    }

    boolean isUp(NodeId id) {
        return peers.containsKey(id);
    }

    int count() {
        return peers.size();
    }

    List<NodeId> all() {
        return List.copyOf(peers.keySet());
    }

    void asked(NodeId id, long now) {
        Optional.ofNullable(peers.get(id)).ifPresent(peer -> peer.askedAt = now);
    }

    /**
     * It has told all that this node lacked.
     *
     * @param isInformed whether what it has heard is what this node checks now, and not what it did when it asked
     */
    void answered(NodeId id, boolean isInformed) {
        Optional.ofNullable(peers.get(id)).ifPresent(peer -> {
            peer.drawn = true;
            peer.informed |= isInformed;
        });
    }

    /** All are to tell once more what this node lacks. */
    void drawAnew() {
        peers.values().forEach(peer -> peer.drawn = false);
    }

    /** All are to hear that this node checks something else. */
    void informAnew() {
        peers.values().forEach(peer -> peer.informed = false);
    }

    /** Those that have not answered for so long. */
    Set<NodeId> silent(long now, long patienceMs) {
        return those(peer -> !(peer.drawn && peer.informed) && now - peer.askedAt >= patienceMs);
    }

    Set<NodeId> undrawn() {
        return those(peer -> !peer.drawn);
    }

    private Set<NodeId> those(Predicate<Peer> which) {
        Set<NodeId> those = new TreeSet<>();
        peers.forEach((id, peer) -> {
            if (which.test(peer)) {
                those.add(id);
            }
        });
        return those;
    }
}
