package io.weir.flow;

import io.weir.model.NodeId;
import java.util.BitSet;
import java.util.Optional;

/** What the reading of one owner's stream must know of the others, this node among them. */
interface Crowd {

    /** Whether this node carries the flow itself. */
    boolean carriedHere(FlowRecord flow);

    /** In which bucket of this node's own flows it is, if it is one. */
    int bucketHere(FlowRecord flow);

    /** This node gave a flow up to a peer. */
    void gaveUp(FlowRecord flow);

    /** A flow that this node carries is to be told to a peer anew, which has ended it or one like it. */
    void tellAnew(NodeId peer, FlowRecord flow);

    /** Flows of these buckets that this node carries are to be told to a peer anew. */
    void tellAnew(NodeId peer, BitSet buckets);

    /** Another owner that told of this flow as it is. */
    Optional<NodeId> otherOwner(NodeId owner, FlowRecord flow);

    /** Has every other owner that told of this flow, wherever it goes, tell it anew. */
    void askOthers(NodeId owner, FlowRecord flow);
}
