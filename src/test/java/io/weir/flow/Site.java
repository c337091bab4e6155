package io.weir.flow;

import io.weir.flow.FlowNode.Machine;
import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Way;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.sim.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Clients that talk to servers through nodes of a simulated world. Which node a client's packets come by is one for all, as with
 * an address that moves, or drawn for each, as with routers that share them out; it changes when somebody says so, and when the
 * node does not forward.
 */
final class Site {

    private final World world;
    private final Duration timeout;
    private final int lagMs;
    private final Map<NodeId, Machine> machines = new LinkedHashMap<>();
    private final Set<NodeId> hostDies = new TreeSet<>();
    private final Set<NodeId> unready = new TreeSet<>();
    private final List<Conversation> conversations = new ArrayList<>();
    private long tables;
    private long lives;

    /** Salt of the routers; 0: all to the first. */
    private int shuffle;

    /** A client's connection, as the client sees it. */
    static final class Conversation {
        final Key key;
        final Way way;
        final long opened;
        /** Hosts that knew of it soon after. */
        final Set<Machine> told = new HashSet<>();

        long lastPacket;
        boolean over;

        /** It reached a node that did not know it, and should have. */
        boolean reset;

        Conversation(Key key, Way way, long opened) {
            this.key = key;
            this.way = way;
            this.opened = opened;
            this.lastPacket = opened;
        }
    }

    /**
     * @param timeout of a flow without packets
     * @param lagMs within which a peer has heard of a flow if it can
     */
    Site(World world, int nodes, Duration timeout, int lagMs) {
        this.world = world;
        this.lagMs = lagMs;
        this.timeout = timeout;
        for (int i = 1; i <= nodes; i++) {
            NodeId id = new NodeId("lb-" + i);
            machines.put(id, machine());
            world.add(id, host -> {
                if (hostDies.contains(id) && host.boot() > 1) {
                    machines.put(id, machine()); // its memory is gone
                    if (unready.add(id)) {
                        getReady(id, false);
                    }
                }
                if (world.random().nextBoolean()) {
                    hostDies.add(id);
                } else {
                    hostDies.remove(id);
                }
                return new FlowNode(host, machines.get(id));
            });
        }
        expire();
    }

    private Machine machine() {
        return new Machine(new ModelTables(
                () -> world.time() * 1_000_000, ++tables, 1 + world.random().nextInt(7), world::note));
    }

    ModelTables tables(NodeId id) {
        return machines.get(id).tables;
    }

    FlowExchange exchange(NodeId id) {
        return ((FlowNode) world.process(id).orElseThrow()).exchange();
    }

    List<Conversation> conversations() {
        return conversations;
    }

    /** When it is killed next, the whole host dies, or the process alone. */
    void dies(NodeId id, boolean host) {
        if (host) {
            hostDies.add(id);
        } else {
            hostDies.remove(id);
        }
    }

    /** Packets come by other nodes from now on. */
    void reroute() {
        shuffle = world.random().nextInt(4);
    }

    /** A host that has begun anew is sent packets when it has known the flows of all others that run for a second. */
    private boolean forwards(NodeId id) {
        return !unready.contains(id) && (world.process(id).isPresent() || !hostDies.contains(id));
    }

    private void getReady(NodeId id, boolean knew) {
        world.in(1_000, () -> {
            boolean knows = world.process(id).isPresent() && knowsAll(id);
            if (knew && knows) {
                unready.remove(id);
            } else {
                getReady(id, knows);
            }
        });
    }

    private boolean knowsAll(NodeId id) {
        Set<NodeId> others = world.running();
        others.remove(id);
        Map<NodeId, ReplicationStatus.Peer> peers = exchange(id).status(0).peers();
        return others.stream()
                .allMatch(other -> peers.containsKey(other)
                        && peers.get(other).linked()
                        && peers.get(other).inSync());
    }

    private Optional<NodeId> route(Key key) {
        List<NodeId> forwarding =
                machines.keySet().stream().filter(this::forwards).toList();
        if (forwarding.isEmpty()) {
            return Optional.empty();
        }
        int place = shuffle < 2 ? shuffle : (key.client().port() + shuffle) * 31;
        return Optional.of(forwarding.get(place % forwarding.size()));
    }

    /** Who knows of it by now must never send it elsewhere. */
    private void noteTold(Conversation conversation) {
        world.in(
                lagMs,
                () -> machines.values().stream()
                        .filter(machine -> machine.tables.way(conversation.key).equals(Optional.of(conversation.way)))
                        .forEach(conversation.told::add));
    }

    private void expire() {
        world.in(1_000, () -> {
            machines.forEach((id, machine) -> {
                if (forwards(id)) {
                    machine.tables.expire(timeout);
                }
            });
            expire();
        });
    }

    /** Clients come for so long, each with some packets and pauses. */
    void clients(int count, int withinMs) {
        for (int i = 0; i < count; i++) {
            int port = 1_000 + i;
            world.in(world.random().nextInt(withinMs), () -> open(key(port)));
        }
    }

    private static Key key(int port) {
        boolean v6 = port % 3 == 0;
        IpAddress client = v6
                ? new IpAddress(IpAddress.Family.V6, 0x2001_0db8_0000_0000L, port)
                : new IpAddress(IpAddress.Family.V4, 0, 0x0a000000L + port % 5);
        IpAddress vip = IpAddress.parse(v6 ? "2001:db8::80" : "192.0.2.80");
        return new Key(
                port % 4 == 0 ? Protocol.UDP : Protocol.TCP, new Flow.Peer(client, port), new Flow.Peer(vip, 443));
    }

    Optional<Conversation> open(Key key) {
        return route(key).map(node -> {
            Endpoint target = Endpoint.of("10.1.0." + (1 + lives++ % 250), 8080);
            Conversation conversation = new Conversation(key, new Way(target, "web"), world.time());
            conversations.add(conversation);
            tables(node).open(key, conversation.way);
            world.note(() -> key.client() + " opens by " + node + " to " + target);
            noteTold(conversation);
            next(conversation);
            return conversation;
        });
    }

    private void next(Conversation conversation) {
        Random random = world.random();
        int pause = random.nextInt(4) == 0 ? 8_000 : 800;
        world.in(1 + random.nextInt(pause), () -> {
            if (!conversation.over) {
                packet(conversation);
            }
        });
    }

    private void packet(Conversation conversation) {
        route(conversation.key).ifPresent(node -> {
            Optional<Way> way = tables(node).packet(conversation.key);
            conversation.lastPacket = world.time();
            if (way.isEmpty()) {
                world.note(() -> conversation.key.client() + " is not known by " + node);
                conversation.reset = world.time() - conversation.opened > lagMs
                        && world.process(node).isPresent()
                        && knowsAll(node);
                conversation.over = true;
            } else if (!way.get().equals(conversation.way)) {
                conversation.over = true;
                if (conversation.told.contains(machines.get(node))) {
                    throw new AssertionError(conversation.key.client() + " talked to "
                            + conversation.way.target() + ", and " + node + " sends it to "
                            + way.get().target() + world.history());
                }
            } else if (world.random().nextInt(30) == 0) {
                world.note(() -> conversation.key.client() + " ends by " + node);
                conversation.over = true;
                tables(node).close(conversation.key);
                world.in(500 + world.random().nextInt(10_000), () -> open(conversation.key));
            }
        });
        next(conversation);
    }
}
