package io.weir.flow;

import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Way;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Nodes whose frames arrive a millisecond later, in one thread. */
final class SideBySide {

    static final Duration DIGESTS = Duration.ofSeconds(2);
    private static final long STEP_NANOS = 1_000_000;

    private final Map<NodeId, Node> living = new TreeMap<>();
    private final Deque<Runnable> underway = new ArrayDeque<>();
    private long now = 1_000_000_000;
    private long tables;

    /** What becomes of a frame on its way; an empty one does not arrive. */
    UnaryOperator<byte[]> damage = frame -> frame;

    /** How many frames may be under way. */
    int room = 1_000;

    final class Node {
        final NodeId id;
        ModelTables tables;
        FlowExchange exchange;

        private Node(NodeId id) {
            this.id = id;
            boot(false);
        }

        private void boot(boolean keeps) {
            if (!keeps) {
                tables = new ModelTables(() -> now, ++SideBySide.this.tables, 500);
            }
            exchange = new FlowExchange(id, tables, tables, new Random(now), DIGESTS.toNanos(), now);
            FlowExchange of = exchange;
            tables.onEvent((open, flow) -> {
                if (open) {
                    of.opened(flow, now, now);
                } else {
                    of.closed(flow, now, now);
                }
            });
        }

        void open(int number) {
            open(number, "10.1.0.1:8080");
        }

        void open(int number, String target) {
            tables.open(key(number), new Way(Endpoint.parse(target), "web"));
        }

        void packet(int number) {
            tables.packet(key(number));
        }

        void close(int number) {
            tables.close(key(number));
        }

        private void link(Node peer) {
            FlowExchange there = peer.exchange;
            exchange.up(
                    way(peer.id, frame -> {
                        if (there == peer.exchange && living.containsKey(id)) {
                            there.frame(id, frame, now);
                        }
                    }),
                    now);
        }
    }

    private PeerLink way(NodeId to, Consumer<byte[]> arrival) {
        return new TestLink(to, frame -> {
            if (underway.size() >= room) {
                return false;
            }
            byte[] arriving = damage.apply(frame);
            if (arriving.length > 0) {
                underway.add(() -> arrival.accept(arriving));
            }
            return true;
        });
    }

    long now() {
        return now;
    }

    static Key key(int number) {
        return Key.of(Flows.numbered(number));
    }

    Node add(String name) {
        Node node = new Node(new NodeId(name));
        join(node);
        return node;
    }

    private void join(Node node) {
        for (Node other : living.values()) {
            other.link(node);
            node.link(other);
        }
        living.put(node.id, node);
    }

    /** Frames from one of them arrive again. */
    void relink(Node from, Node to) {
        from.link(to);
    }

    void kill(Node node) {
        Set<NodeId> survivors = new TreeSet<>(living.keySet());
        survivors.remove(node.id);
        kill(node, survivors);
    }

    void kill(Node node, Set<NodeId> survivors) {
        living.remove(node.id);
        living.values().forEach(other -> other.exchange.dead(node.id, survivors, now));
    }

    /** Two at once, of which the others hear one by one. */
    void kill(Node first, Node second, Duration between) {
        living.remove(first.id);
        living.remove(second.id);
        Set<NodeId> believed = new TreeSet<>(living.keySet());
        believed.add(second.id);
        living.values().forEach(other -> other.exchange.dead(first.id, believed, now));
        run(between);
        living.values().forEach(other -> other.exchange.dead(second.id, living.keySet(), now));
    }

    /** @param keeps whether the tables outlive it */
    void restart(Node node, boolean keeps) {
        living.remove(node.id);
        living.values().forEach(other -> other.exchange.down(node.id));
        start(node, keeps);
    }

    /** Says goodbye. */
    void leave(Node node) {
        living.remove(node.id);
        living.values().forEach(other -> other.exchange.left(node.id, now));
    }

    /** One that was killed or has left begins anew. */
    void start(Node node, boolean keeps) {
        node.boot(keeps);
        join(node);
    }

    /** One that has left begins anew, carries on what it carried, and shares no flows any more. */
    void startUnshared(Node node) {
        for (Node other : living.values()) {
            UnsharedFlows unshared = new UnsharedFlows();
            other.exchange.up(way(node.id, frame -> unshared.frame(other.id, frame)), now);
            unshared.up(way(other.id, frame -> other.exchange.frame(node.id, frame, now)));
        }
    }

    /** It carries so many flows, which the others have heard of. */
    void carry(Node node, int flows) {
        IntStream.range(0, flows).forEach(node::open);
        run(Duration.ofSeconds(1));
    }

    void step() {
        now += STEP_NANOS;
        for (int arriving = underway.size(); arriving > 0; arriving--) {
            underway.remove().run();
        }
        living.values().forEach(node -> node.exchange.tick(now));
    }

    void run(Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            step();
        }
    }

    void compare(Node node) {
        node.exchange.compareNow(now);
    }

    ReplicationStatus status(Node node) {
        return node.exchange.status(now);
    }
}
