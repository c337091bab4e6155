package io.weir.sim;

import io.weir.model.NodeId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** A machine: its clock, its links, and the process that runs on it, if one does. */
final class SimHost implements Host {

    private final World world;
    private final NodeId id;
    private final Function<Host, ? extends Process> program;
    private final Map<NodeId, Link> links = new TreeMap<>();
    private final Set<NodeId> peers = new TreeSet<>();
    Optional<Process> process = Optional.empty();
    long wallOffset;
    private long boots;
    private long clockOffset;

    /** This node's end of the links to one peer. */
    private static final class Link {
        private final long session;
        /** Frames that are sent go nowhere; the process has not been told yet. */
        private boolean broken;

        private final Map<Lane, Long> lastArrival = new EnumMap<>(Lane.class);
        private final Map<Lane, Integer> underWay = new EnumMap<>(Lane.class);

        Link(long session) {
            this.session = session;
        }
    }

    SimHost(World world, NodeId id, Function<Host, ? extends Process> program) {
        this.world = world;
        this.id = id;
        this.program = program;
    }

    void start() {
        boots++;
        clockOffset = world.random().nextInt(1_000_000);
        Process fresh = program.apply(this);
        process = Optional.of(fresh);
        fresh.started();
        tick(boots);
    }

    void stop() {
        process = Optional.empty();
        links.clear();
        peers.clear();
    }

    private void tick(long boot) {
        world.in(world.tickMs() / 2 + world.random().nextInt(world.tickMs()), () -> {
            if (isBoot(boot)) {
                process.ifPresent(Process::tick);
                tick(boot);
            }
        });
    }

    boolean isBoot(long boot) {
        return process.isPresent() && boots == boot;
    }

    boolean isLinked(NodeId peer) {
        Link link = links.get(peer);
        return link != null && !link.broken;
    }

    /** Something happens to whatever process is this boot's then. */
    void soon(long milliseconds, Consumer<Process> what) {
        long boot = boots;
        world.in(milliseconds, () -> {
            if (isBoot(boot)) {
                process.ifPresent(what);
            }
        });
    }

    /** A new link; an old one that was broken and not told of yet is told of first. */
    void link(NodeId peer, long session) {
        boolean wasThere = links.containsKey(peer);
        links.put(peer, new Link(session));
        peers.add(peer);
        process.ifPresent(running -> {
            if (wasThere) {
                running.down(peer);
            }
            world.note(() -> id + " sees " + peer + " up");
            running.up(peer);
        });
    }

    /** The peer cannot be reached any more; this node notices later, perhaps the links first. */
    void lose(NodeId peer) {
        Link link = links.get(peer);
        if (link == null || link.broken) {
            return;
        }
        link.broken = true;
        if (world.random().nextBoolean()) {
            soon(1 + world.random().nextInt(500), running -> {
                if (links.get(peer) == link) {
                    links.remove(peer);
                    running.down(peer);
                }
            });
        }
        soon(world.deathAfter(), running -> {
            boolean isBack = links.get(peer) != null && links.get(peer) != link;
            if (!isBack && peers.remove(peer)) {
                links.remove(peer);
                world.note(() -> id + " declares " + peer + " dead");
                running.dead(peer, new TreeSet<>(peers));
            }
        });
    }

    /** The peer says goodbye, which is heard if the links stand. */
    void bid(NodeId peer) {
        Link link = links.get(peer);
        if (link == null || link.broken) {
            return;
        }
        link.broken = true;
        soon(1 + world.random().nextInt(100), running -> {
            if (links.get(peer) == link) {
                links.remove(peer);
                peers.remove(peer);
                world.note(() -> id + " hears that " + peer + " leaves");
                running.left(peer);
            }
        });
    }

    @Override
    public boolean offer(NodeId peer, Lane lane, byte[] frame) {
        Link link = links.get(peer);
        if (link == null) {
            return false;
        }
        if (link.underWay.getOrDefault(lane, 0) >= world.faults().room()) {
            return false;
        }
        if (link.broken) {
            link.underWay.merge(lane, 1, Integer::sum); // fills up, as nothing is taken out any more
            return true;
        }
        long arrival = Math.max(link.lastArrival.getOrDefault(lane, 0L), world.time() + world.delay());
        link.lastArrival.put(lane, arrival);
        link.underWay.merge(lane, 1, Integer::sum);
        byte[] sent = frame.clone();
        SimHost to = world.host(peer);
        to.soon(arrival - world.time(), running -> {
            link.underWay.merge(lane, -1, Integer::sum);
            Link other = to.links.get(id);
            if (!link.broken && other != null && other.session == link.session) {
                running.received(id, lane, sent);
            }
        });
        return true;
    }

    @Override
    public void gossip(byte[] frame) {
        world.spread(id, frame.clone());
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public long boot() {
        return boots;
    }

    @Override
    public long now() {
        return world.time() + clockOffset;
    }

    @Override
    public long wall() {
        return world.epoch() + world.time() + wallOffset;
    }

    @Override
    public Random random() {
        return world.random();
    }

    @Override
    public Set<NodeId> peers() {
        return new TreeSet<>(peers); // in order: what follows from a walk over it is part of the replay
    }
}
