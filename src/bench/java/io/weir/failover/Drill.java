package io.weir.failover;

import io.weir.failover.Pair.Side;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A pair that serves a checking client, and one blow after the other. */
public final class Drill implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** VRRP, ARP and TCP are at rest after it. */
    private static final Duration CALM = Duration.ofSeconds(3);

    private final Pair pair;
    private final Path directory;
    private final Map<Side, Node> nodes = new EnumMap<>(Side.class);
    private final Daemon server;
    private final CheckingClient client;
    private Side master = Side.ONE;

    /** What happens to the node that has the VIPs, unless it says otherwise. */
    public enum Blow {
        /** For comparison: what the client itself, and the machine, make of it. */
        NOTHING("nothing happens"),
        /** keepalived is told to hand over. */
        PLANNED("planned switchover"),
        /** The node that was master before is back. */
        RETURN("return of the first node"),
        /** {@code kill -9} of everything that is not the kernel. */
        KILL("kill -9 of all processes"),
        /** Both cables at one moment. */
        CUT("host dies (cables cut)"),
        /** SIGSTOP of everything that is not the kernel. */
        FREEZE("SIGSTOP of all processes"),
        /** The host is gone. */
        POWER_OFF("power off");

        private final String words;

        Blow(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** @param movedMillis until the other node had the VIP; NaN where it was to stay */
    public record Result(Blow blow, double movedMillis, Outcome outcome) {}

    /** Starts both nodes, and the first one has the VIPs. */
    public Drill(String prefix, Node.Maker maker) {
        this.pair = new Pair(prefix);
        try {
            this.directory = Files.createTempDirectory(Leftovers.ownName(prefix) + "-pair");
            // First: a target that was down at the start gets its weight back in steps, from each node at its own time.
            this.server = DrillServer.start(pair);
            for (Side side : Side.values()) {
                nodes.put(side, Node.on(pair, side, directory, maker));
                nodes.get(side).balancer().start();
            }
            nodes.get(Side.ONE).keepalived().start();
            nodes.get(Side.ONE).keepalived().await("Entering MASTER STATE");
            nodes.get(Side.TWO).keepalived().start();
            awaitPeers();
            this.client = CheckingClient.start(pair.path(Pair.CLIENT), pair.ways());
        } catch (IOException failed) {
            pair.close();
            throw new UncheckedIOException(failed);
        } catch (RuntimeException failed) {
            nodes.values().forEach(Node::close);
            pair.close();
            throw failed;
        }
    }

    public CheckingClient client() {
        return client;
    }

    public Node node(Side side) {
        return nodes.get(side);
    }

    public Side master() {
        return master;
    }

    public Pair pair() {
        return pair;
    }

    private void awaitPeers() {
        nodes.values().forEach(node -> node.balancer().awaitPeer());
    }

    /** So many connections live, and so many are opened each second; returns when all is calm. */
    public void fill(int connections, int perSecond) {
        client.hold(connections);
        client.openEach(perSecond);
        LockSupport.parkNanos(CALM.toNanos());
    }

    /** @param watch how long before the idle connections are asked */
    public Result strike(Blow blow, Duration watch) {
        Side struck = master;
        Side next = struck.other();
        try (Arrival arrival = Arrival.at(pair, next)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)); // it listens by then
            client.mark();
            long start = System.nanoTime();
            deal(blow, struck);
            double moved = arrival.since(start, PATIENCE);
            master = next;
            return new Result(blow, moved, client.survey(watch, PATIENCE));
        }
    }

    private void deal(Blow blow, Side struck) {
        Node node = nodes.get(struck);
        switch (blow) {
            case PLANNED -> node.keepalived().stop();
            case NOTHING, RETURN -> throw new IllegalArgumentException(blow + " strikes nobody");
            case KILL -> node.kill();
            case CUT -> pair.cut(struck);
            case FREEZE -> node.freeze();
            case POWER_OFF -> {
                pair.cut(struck);
                node.end();
                pair.powerOff(struck);
            }
        }
    }

    /** What is measured while nothing happens. */
    public Result watch(Duration watch) {
        client.mark();
        return new Result(Blow.NOTHING, Double.NaN, client.survey(watch, PATIENCE));
    }

    /** What {@link #recover} does to connections. */
    public Result comeBack(Blow blow, Duration watch) {
        LockSupport.parkNanos(CALM.toNanos());
        client.mark();
        recover(blow);
        return new Result(Blow.RETURN, Double.NaN, client.survey(watch, PATIENCE));
    }

    /** The node that was struck last is as it was before, and the other one keeps the VIPs. */
    public void recover(Blow blow) {
        Side struck = master.other();
        switch (blow) {
            case CUT -> pair.mend(struck);
            case FREEZE -> {
                nodes.get(struck).end();
                recover(struck);
            }
            case POWER_OFF -> {
                pair.host(struck);
                recover(struck);
            }
            case PLANNED, KILL -> recover(struck);
            case NOTHING, RETURN -> {}
        }
        awaitPeers();
        if (!pair.hasVip(master)) {
            master = master.other();
        }
    }

    private void recover(Side side) {
        Node node = nodes.get(side);
        if (node.balancer().processes().isEmpty()) {
            node.balancer().start();
        }
        node.keepalived().start();
    }

    @Override
    public void close() {
        client.close();
        nodes.values().forEach(Node::close);
        server.close();
        pair.close();
        Leftovers.remove(String.valueOf(directory.getFileName()));
    }
}
