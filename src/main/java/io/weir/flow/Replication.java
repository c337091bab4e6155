package io.weir.flow;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Set;

/** What replication wants to hear. Called by any thread, and never waited for but where it says so. */
public interface Replication extends FlowNews {

    /** How long the flows of a peer that said goodbye are left to it, before others claim them. */
    Duration ABSENCE = Duration.ofSeconds(30);

    /** A link to a peer stands; one that stood before to the same peer is not used any more. */
    void up(PeerLink link);

    /** A frame came in by the peer's link, in order. Waits while earlier frames wait: so a peer is slowed down. */
    void frame(NodeId peer, byte[] frame);

    /** The link to a peer is gone; the peer may be alive. */
    void down(NodeId peer);

    /** A peer said goodbye, and may come back: its data path may go on without it. */
    void left(NodeId peer);

    /**
     * A peer is dead.
     *
     * @param survivors nodes that live, with this one
     */
    void dead(NodeId peer, Set<NodeId> survivors);

    /** The configuration has changed: flows whose target was not known may be asked for again. */
    void configured();
}
