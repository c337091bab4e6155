package io.weir.cluster;

import io.weir.cluster.link.PeerAddress;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.UUID;

/**
 * A node of the cluster, as this node sees it.
 *
 * @param boot another one for each start
 * @param address where it is reached
 * @param since how long it has been in its state
 */
public record Member(NodeId node, UUID boot, PeerAddress address, State state, Duration since) {

    public enum State {
        ALIVE,
        /** It does not answer, and may still say that it lives. */
        SUSPECT,
        DEAD,
        /** It has said goodbye. */
        LEFT;

        /** Whether it takes part. */
        public boolean isPresent() {
            return this == ALIVE || this == SUSPECT;
        }
    }
}
