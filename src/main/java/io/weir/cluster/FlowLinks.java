package io.weir.cluster;

import io.weir.cluster.link.Carrier;
import io.weir.cluster.link.Identity;
import io.weir.cluster.link.Kind;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.flow.PeerLink;
import io.weir.flow.Replication;
import io.weir.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A link for flows to each member, as long as it is one. What replication hears of a peer it hears in order. */
final class FlowLinks implements AutoCloseable {

    private final Links links;
    private final Map<NodeId, Road> roads = new HashMap<>();
    private Optional<Replication> replication = Optional.empty();

    /** The way to one start of a node, and the link on it that replication knows of. */
    private static final class Road {
        private final PeerAddress address;
        private Optional<Carrier> carrier = Optional.empty();
        private boolean up;
        private boolean over;

        Road(PeerAddress address) {
            this.address = address;
        }
    }

    FlowLinks(Links links) {
        this.links = links;
    }

    /** From now on; members so far are linked at once. */
    synchronized void carryFor(Replication listener) {
        replication = Optional.of(listener);
        roads.forEach(this::dial);
    }

    /** A node takes part, or was started again. */
    synchronized void to(NodeId node, PeerAddress address) {
        end(node);
        Road road = new Road(address);
        roads.put(node, road);
        if (replication.isPresent()) {
            dial(node, road);
        }
    }

    private void dial(NodeId node, Road road) {
        road.carrier = Optional.of(links.keep(road.address, Kind.FLOWS, new Carrier.Watcher() {
            @Override
            public void up(Identity peer) {
                isUp(node, road, peer);
            }

            @Override
            public void down() {
                isDown(node, road);
            }
        }));
    }

    private synchronized void isUp(NodeId node, Road road, Identity peer) {
        if (!road.over && peer.node().equals(node)) {
            road.up = true;
            replication.ifPresent(listener -> listener.up(new Link(node, road)));
        }
    }

    private synchronized void isDown(NodeId node, Road road) {
        if (road.up) {
            road.up = false;
            replication.ifPresent(listener -> listener.down(node));
        }
    }

    /** A node takes part no more. */
    synchronized void gone(NodeId node, Set<NodeId> survivors) {
        end(node);
        replication.ifPresent(listener -> listener.dead(node, survivors));
    }

    private void end(NodeId node) {
        Optional.ofNullable(roads.remove(node)).ifPresent(road -> {
            road.over = true;
            isDown(node, road);
            road.carrier.ifPresent(links::release);
        });
    }

    void frame(NodeId peer, byte[] frame) {
        Optional<Replication> listener;
        synchronized (this) {
            listener = replication;
        }
        listener.ifPresent(there -> there.frame(peer, frame));
    }

    /** The link on a road, as long as it stands. */
    private final class Link implements PeerLink {
        private final NodeId peer;
        private final Road road;

        Link(NodeId peer, Road road) {
            this.peer = peer;
            this.road = road;
        }

        @Override
        public NodeId peer() {
            return peer;
        }

        @Override
        public boolean offer(byte[] frame) {
            return road.up && road.carrier.map(carrier -> carrier.offer(frame)).orElse(false);
        }
    }

    @Override
    public synchronized void close() {
        Set.copyOf(roads.keySet()).forEach(this::end);
    }
}
