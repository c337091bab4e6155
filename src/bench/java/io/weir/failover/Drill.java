package io.weir.failover;

import io.weir.failover.Rack.Place;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Load balancers that serve a checking client, and one blow after the other. */
public final class Drill implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** VRRP, ARP and TCP are at rest after it. */
    private static final Duration CALM = Duration.ofSeconds(3);

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Rack rack;
    private final Path directory;
    private final Map<Place, Node> nodes = new EnumMap<>(Place.class);
    private final Map<Place, Blow> hurt = new LinkedHashMap<>();
    private final Daemon server;
    private final CheckingClient client;
    private Place master = Place.ONE;
    private int perSecond;
    private int burst;

    /**
     * @param movedMillis until another node had the VIP; NaN where it was to stay
     * @param lost packets that were sent again
     */
    public record Result(double movedMillis, long lost, Outcome outcome) {}

    /** The VIP came to a node. */
    public record Move(Place to, Instant time) {}

    /**
     * What a load balancer does of which nothing should be seen.
     *
     * @param lost packets that were sent again
     * @param moved the VIP, to other nodes
     * @param inSyncMillis from when its process is told to go on until it and its peers know the same; NaN: it was never gone
     */
    public record Silence(Outcome outcome, long lost, List<Move> moved, double inSyncMillis) {

        Silence andThen(double millis) {
            return new Silence(outcome, lost, moved, millis);
        }

        /** How often the VIP did. */
        public int moves() {
            return moved.size();
        }
    }

    /** Starts all nodes, and the first one has the VIPs. */
    public Drill(String prefix, int hosts, Node.Maker maker) {
        this.rack = new Rack(prefix, hosts);
        try {
            this.directory = Files.createTempDirectory(Leftovers.ownName(prefix) + "-drill");
            // First: a target that was down at the start gets its weight back in steps, from each node at its own time.
            this.server = DrillServer.start(rack);
            for (Place place : rack.places()) {
                nodes.put(place, Node.on(rack, place, directory, maker));
                nodes.get(place).balancer().start();
            }
            nodes.get(master).keepalived().start();
            nodes.get(master).keepalived().await("Entering MASTER STATE");
            rack.others(master).forEach(place -> nodes.get(place).keepalived().start());
            awaitPeers();
            this.client = CheckingClient.start(rack);
        } catch (IOException failed) {
            rack.close();
            throw new UncheckedIOException(failed);
        } catch (RuntimeException failed) {
            nodes.values().forEach(Node::close);
            rack.close();
            throw failed;
        }
    }

    public CheckingClient client() {
        return client;
    }

    public Node node(Place place) {
        return nodes.get(place);
    }

    public Place master() {
        return master;
    }

    public Rack rack() {
        return rack;
    }

    private List<Place> living() {
        return rack.places().stream().filter(place -> !hurt.containsKey(place)).toList();
    }

    private void awaitPeers() {
        List<Place> living = living();
        living.forEach(place -> nodes.get(place).balancer().awaitPeers(living.size()));
    }

    /**
     * So many connections live, and so many are opened each second; returns when all is calm.
     *
     * @param before opened in the last second before something happens; not fewer than in others
     */
    public void fill(int connections, int each, int before) {
        client.hold(connections);
        if (burst == 0 && before > each) { // for the first time: until client and server are compiled
            client.openEach(before);
            LockSupport.parkNanos(CALM.toNanos());
        }
        perSecond = each;
        burst = Math.max(each, before);
        client.openEach(perSecond);
        LockSupport.parkNanos(CALM.toNanos());
    }

    /** The last second before something happens; new connections go on coming as fast. */
    private void mark() {
        if (burst > perSecond) {
            client.openEach(burst);
            LockSupport.parkNanos(SECOND.toNanos());
        }
        client.mark();
    }

    /**
     * Strikes the node that has the VIPs.
     *
     * @param watch how long before the silent connections are asked
     */
    public Result strike(Blow blow, Duration watch) {
        Place struck = master;
        List<Place> rest = living().stream().filter(place -> place != struck).toList();
        try (Arrivals arrivals = Arrivals.at(rack, rest)) {
            long before = Resent.forNeed(rack);
            mark();
            Instant start = deal(blow, struck);
            client.struck(start);
            client.openEach(perSecond);
            hurt.put(struck, blow);
            Move arrival = arrivals.next(PATIENCE)
                    .orElseThrow(() -> new IllegalStateException(
                            "the VIP did not move within " + PATIENCE.toSeconds() + " s after " + blow.words()));
            Outcome outcome = client.survey(watch, PATIENCE);
            master = holder(rest, arrival.to());
            double moved = Duration.between(start, arrival.time()).toNanos() / 1e6;
            return new Result(moved, Resent.forNeed(rack) - before, outcome);
        }
    }

    /** Who has the VIP; of two that have taken it at once one gives it back. */
    private Place holder(List<Place> among, Place first) {
        return among.stream().filter(rack::hasVip).findFirst().orElse(first);
    }

    private Instant deal(Blow blow, Place struck) {
        Node node = nodes.get(struck);
        return switch (blow) {
            case PLANNED -> node.retire();
            case KILL -> node.kill();
            case CUT -> rack.cut(struck);
            case FREEZE -> node.freeze();
            case POWER_OFF -> {
                Instant start = rack.cut(struck);
                node.end();
                rack.powerOff(struck);
                yield start;
            }
        };
    }

    /** What is measured while something happens to which nobody dies; NaN: the VIP was to stay. */
    public Result watch(Duration watch, Runnable what) {
        long before = Resent.forNeed(rack);
        mark();
        client.openEach(perSecond);
        what.run();
        Outcome outcome = client.survey(watch, PATIENCE);
        return new Result(Double.NaN, Resent.forNeed(rack) - before, outcome);
    }

    /** What it does to connections that the node struck first comes back. */
    public Result comeBack(Duration watch) {
        LockSupport.parkNanos(CALM.toNanos());
        return watch(watch, this::recover);
    }

    /** Routers spread packets over all nodes; then anew, and by other hashes each way. */
    public Result spread(Duration watch) {
        return watch(watch, () -> rack.spread(living().toArray(Place[]::new)));
    }

    /** VRRP alone says again who gets packets. */
    public Result gather(Duration watch) {
        return watch(watch, rack::gather);
    }

    /** The load balancer's process on the master dies, or freezes, and is there again after a while. */
    public Silence silence(boolean dies, Duration length) {
        Node node = nodes.get(master);
        Silence silence = look(length, () -> node.signalBalancer(dies ? "KILL" : "STOP"));
        long start = System.nanoTime();
        if (dies) {
            node.balancer().start();
        } else {
            node.signalBalancer("CONT");
        }
        awaitPeers();
        return silence.andThen((System.nanoTime() - start) / 1e6);
    }

    /** What happens for so long, packet by packet. */
    public Silence look(Duration length, Runnable what) {
        try (Arrivals arrivals = Arrivals.at(rack, rack.places())) {
            long before = Resent.forNeed(rack);
            client.mark();
            what.run();
            Outcome outcome = client.survey(length, PATIENCE);
            return new Silence(outcome, Resent.forNeed(rack) - before, arrivals.all(), Double.NaN);
        }
    }

    /** The node that was struck first is as it was before, and the VIPs stay where they are. */
    public void recover() {
        Map.Entry<Place, Blow> first = hurt.entrySet().iterator().next();
        Place struck = first.getKey();
        Blow blow = first.getValue();
        hurt.remove(struck);
        switch (blow) {
            case CUT -> rack.mend(struck);
            case FREEZE -> {
                nodes.get(struck).end();
                start(struck);
            }
            case POWER_OFF -> {
                rack.host(struck);
                start(struck);
            }
            case PLANNED -> {
                nodes.get(struck).keepalived().stop();
                start(struck);
            }
            case KILL -> start(struck);
        }
        awaitPeers();
        master = holder(living(), master);
    }

    private void start(Place place) {
        Node node = nodes.get(place);
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
        rack.close();
        Leftovers.remove(String.valueOf(directory.getFileName()));
    }
}
