package io.weir.sim;

import io.weir.model.NodeId;
import java.util.Set;

/** One boot of a node: everything it knows is gone with it. Called by one thread, never while it is in another call. */
public interface Process {

    /** Once, before everything else. */
    default void started() {}

    /** Time has passed; comes all the time. */
    default void tick() {}

    /** Links to a living peer stand, with nothing in them. Comes after {@link #down} or {@link #dead} if they stood before. */
    default void up(NodeId peer) {}

    /** The links are broken, and what was under way in them is lost; the peer may be well. */
    default void down(NodeId peer) {}

    /** The peer said goodbye; its links are broken. */
    default void left(NodeId peer) {}

    /** The peer is declared dead, rightly or not; its links are broken. */
    default void dead(NodeId peer, Set<NodeId> survivors) {}

    default void gossiped(byte[] frame) {}

    default void received(NodeId from, Lane lane, byte[] frame) {}
}
