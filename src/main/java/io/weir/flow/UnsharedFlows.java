package io.weir.flow;

import io.weir.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node that tells no flows and holds none. It says so to each peer, which else would keep what an earlier process told; and again
 * whenever the peer says anything, as it does every second: it may have lost that word, or taken this node for dead since.
 */
public final class UnsharedFlows implements Replication {

    private final Map<NodeId, PeerLink> links = new ConcurrentHashMap<>();

    @Override
    public void up(PeerLink link) {
        links.put(link.peer(), link);
        say(link);
    }

    private static void say(PeerLink link) {
        link.offer(FlowFrameWriter.write(FlowFrame.Silence.WORD));
    }

    @Override
    public void opened(FlowRecord flow, long nanos) {}

    @Override
    public void closed(FlowRecord flow, long nanos) {}

    @Override
    public void frame(NodeId peer, byte[] frame) {
        Optional.ofNullable(links.get(peer)).ifPresent(UnsharedFlows::say);
    }

    @Override
    public void down(NodeId peer) {
        links.remove(peer);
    }

    @Override
    public void left(NodeId peer) {}

    @Override
    public void dead(NodeId peer, Set<NodeId> survivors) {}

    @Override
    public void configured() {}
}
