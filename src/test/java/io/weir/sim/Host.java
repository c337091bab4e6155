package io.weir.sim;

import io.weir.model.NodeId;
import java.util.Random;
import java.util.Set;

/** What a {@link Process} runs on, and all that it may know of the world. */
public interface Host {

    NodeId id();

    /** Another one for each start. */
    long boot();

    /** Milliseconds of a clock that never jumps; of this boot, so no other node has the same. */
    long now();

    /** Milliseconds since 1970 as this host believes; jumps. */
    long wall();

    /** Of the world: every draw is part of the replay. */
    Random random();

    /** Peers this node holds for living, itself not among them. */
    Set<NodeId> peers();

    /** To all; comes late, twice, in any order or not at all. */
    void gossip(byte[] frame);

    /** To one peer, in order; lost only when the link breaks. False: no room now, or no link. */
    boolean offer(NodeId peer, Lane lane, byte[] frame);
}
