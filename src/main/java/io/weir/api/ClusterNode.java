package io.weir.api;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.UUID;

/**
 * A node of the cluster, as this node sees it.
 *
 * @param boot another one for each start of the node
 * @param address where peers reach it
 * @param since how long it has been in its state
 */
public record ClusterNode(NodeId node, State state, UUID boot, String address, Duration since) {

    public enum State {
        ALIVE,
        /** It does not answer, and may still say that it lives. */
        SUSPECTED,
        DEAD,
        /** It has said goodbye. */
        LEFT;

        /** Whether it takes part. */
        public boolean isPresent() {
            return this == ALIVE || this == SUSPECTED;
        }
    }
}
