package io.weir.flow;

import io.weir.model.NodeId;
import java.util.Set;

/** A node that tells no flows and holds none. It says so to each peer, which else would keep what an earlier process told. */
public final class UnsharedFlows implements Replication {

    @Override
    public void up(PeerLink link) {
        link.offer(FlowFrameWriter.write(FlowFrame.Silence.WORD));
    }

    @Override
    public void opened(FlowRecord flow, long nanos) {}

    @Override
    public void closed(FlowRecord flow, long nanos) {}

    @Override
    public void frame(NodeId peer, byte[] frame) {}

    @Override
    public void down(NodeId peer) {}

    @Override
    public void left(NodeId peer) {}

    @Override
    public void dead(NodeId peer, Set<NodeId> survivors) {}

    @Override
    public void configured() {}
}
