package io.weir.cluster.link;

/** Who gets what peers send. Called by the thread that reads the connection: who is slow slows its sender down. */
public interface Receiver {

    /**
     * A frame, in the order it was sent on its link.
     *
     * @throws IllegalArgumentException if it is malformed: that is counted, and the connection closed
     */
    void frame(LinkKind kind, Identity peer, byte[] frame);

    /** @return false: what he sends by a link of this kind is counted, and dropped */
    default boolean hears(LinkKind kind, Identity peer) {
        return true;
    }

    /**
     * Somebody with our key has called, or was called, and said who he is.
     *
     * @return false: nothing is taken of him, or sent to him
     */
    default boolean meet(Identity peer) {
        return true;
    }
}
