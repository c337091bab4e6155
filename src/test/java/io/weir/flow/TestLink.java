package io.weir.flow;

import io.weir.model.NodeId;
import java.util.function.Predicate;

/**
 * A link that is no network.
 *
 * @param road takes frames, or has no room for one
 */
record TestLink(NodeId peer, Predicate<byte[]> road) implements PeerLink {

    @Override
    public boolean offer(byte[] frame) {
        return road.test(frame);
    }
}
