package io.weir.flow;

import io.weir.model.NodeId;

/** Port: the way to one peer, for flows alone. What is taken arrives whole and in order, or the link goes down. */
public interface PeerLink {

    /** The longest frame that is taken, in bytes. */
    int MAX_FRAME = 65_536;

    NodeId peer();

    /**
     * Takes a frame, without waiting.
     *
     * @return false when there is no room for it now
     */
    boolean offer(byte[] frame);
}
