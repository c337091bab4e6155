package io.weir.flow;

import io.weir.model.NodeId;
import java.util.Collection;

/**
 * Who of several answers for a flow, without a word between them: the one for whom a hash of node and flow is highest (Thaler and
 * Ravishankar 1998). Each gets its share, and without one of them only that one's share moves.
 */
final class Rendezvous {

    /** Of a fingerprint without a secret: all must come to the same. */
    private static final long NO_SECRET = 0;

    private Rendezvous() {}

    /** @return whether it is this one, who is counted whether or not it is named */
    static boolean falls(FlowRecord flow, NodeId self, Collection<NodeId> others) {
        long fingerprint = Fingerprint.of(flow, NO_SECRET);
        long mine = weight(fingerprint, self);
        return others.stream().filter(other -> !other.equals(self)).noneMatch(other -> {
            long theirs = weight(fingerprint, other);
            return theirs > mine || theirs == mine && other.compareTo(self) < 0;
        });
    }

    private static long weight(long fingerprint, NodeId node) {
        // The identity alone: nodes may have heard of different ways.
        return Fingerprint.mix(
                Fingerprint.identity(fingerprint) + Fingerprint.mix(node.name().hashCode()));
    }
}
