package io.weir.cluster;

import io.weir.cluster.link.Carrier;
import io.weir.cluster.link.Identity;
import io.weir.cluster.link.LinkKind;
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
    private final Map<NodeId, Route> routes = new HashMap<>();
    private Optional<Replication> replication = Optional.empty();

    /** The way to one start of a node, and the link on it that replication knows of. */
    private static final class Route {
        private final PeerAddress address;
        private Optional<Carrier> carrier = Optional.empty();
        private boolean up;
        private boolean over;

        Route(PeerAddress address) {
            this.address = address;
        }
    }

    FlowLinks(Links links) {
        this.links = links;
    }

    /** From now on; members so far are linked at once. */
    synchronized void carryFor(Replication listener) {
        replication = Optional.of(listener);
        routes.forEach(this::dial);
    }

    /** A node takes part, or was started again. */
    synchronized void to(NodeId node, PeerAddress address) {
        end(node);
        Route route = new Route(address);
        routes.put(node, route);
        if (replication.isPresent()) {
            dial(node, route);
        }
    }

    private void dial(NodeId node, Route route) {
        route.carrier = Optional.of(links.keep(route.address, LinkKind.FLOWS, new Carrier.Watcher() {
            @Override
            public void up(Identity peer) {
                isUp(node, route, peer);
            }

            @Override
            public void down() {
                isDown(node, route);
            }
        }));
    }

    private synchronized void isUp(NodeId node, Route route, Identity peer) {
        if (!route.over && peer.node().equals(node)) {
            route.up = true;
            replication.ifPresent(listener -> listener.up(new Link(node, route)));
        }
    }

    private synchronized void isDown(NodeId node, Route route) {
        if (route.up) {
            route.up = false;
            replication.ifPresent(listener -> listener.down(node));
        }
    }

    /** A node said goodbye. */
    synchronized void left(NodeId node) {
        end(node);
        replication.ifPresent(listener -> listener.left(node));
    }

    /** A node takes part no more, and did not say so. */
    synchronized void dead(NodeId node, Set<NodeId> survivors) {
        end(node);
        replication.ifPresent(listener -> listener.dead(node, survivors));
    }

    private void end(NodeId node) {
        Optional.ofNullable(routes.remove(node)).ifPresent(route -> {
            route.over = true;
            isDown(node, route);
            route.carrier.ifPresent(links::release);
        });
    }

    void frame(NodeId peer, byte[] frame) {
        Optional<Replication> listener;
        synchronized (this) {
            listener = replication;
        }
        listener.ifPresent(there -> there.frame(peer, frame));
    }

    /** The link on a route, as long as it stands. */
    private final class Link implements PeerLink {
        private final NodeId peer;
        private final Route route;

        Link(NodeId peer, Route route) {
            this.peer = peer;
            this.route = route;
        }

        @Override
        public NodeId peer() {
            return peer;
        }

        @Override
        public boolean offer(byte[] frame) {
            return route.up
                    && route.carrier.map(carrier -> carrier.offer(frame)).orElse(false);
        }
    }

    @Override
    public synchronized void close() {
        Set.copyOf(routes.keySet()).forEach(this::end);
    }
}
