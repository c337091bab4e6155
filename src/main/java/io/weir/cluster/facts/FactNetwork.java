package io.weir.cluster.facts;

import io.weir.model.NodeId;

/** What carries frames. Neither call waits. */
public interface FactNetwork {

    /** To all; may come late, twice, in any order or not at all. */
    void gossip(byte[] frame);

    /** To one peer, after what was sent to it before. False: there is no room, or no link. */
    boolean send(NodeId peer, byte[] frame);
}
