package io.weir.bench;

import io.weir.dataplane.MapShape;
import io.weir.dataplane.Reason;
import io.weir.dataplane.ShadowTable;
import io.weir.flow.FlowRecord;
import io.weir.libbpf.BpfMap;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Flows of peers, held ready in the kernel: what they take, what telling them costs, and a packet that takes one over. */
final class PeerFlows implements Part {

    private static final int SHADOWS = 1_000_000;
    private static final int CONNECTIONS = 1 << 20; // not fewer

    /** What one frame between nodes has room for. */
    private static final int BATCH = 1024;

    private static final int OPENINGS = 10_000;
    private static final int PEERLESS = 1;
    private static final int PEERED = 2;
    private static final int XDP_REDIRECT = 4;
    private static final double MOST_MEGABYTES = 250;
    private static final NodeId PEER = new NodeId("peer");

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String method() {
        return "a table of " + SHADOWS + " flows of a peer; told " + BATCH + " at once by the node's own calls. Packets as in"
                + " 'packets', of a data path with these flows beside one without peers.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Router router = new Router()) {
            router.inside(Router.BALANCER, () -> {
                try (Driver driver = new Driver()) {
                    WeirTables.Wire wire = router.wire(driver);
                    memory(wire, rows);
                    telling(wire, rows);
                    for (Addresses net : List.of(Addresses.V4, Addresses.V6)) {
                        packets(driver, wire, net, effort, rows);
                    }
                }
                return true;
            });
        }
    }

    /** Both tables are there until the end: what one gives back would be missing from what the other takes. */
    private static void memory(WeirTables.Wire wire, Consumer<Row> rows) throws IOException {
        Map<String, Samples> megabytes = new TreeMap<>();
        try (WeirTables v4 = WeirTables.withPeers(CONNECTIONS, wire);
                WeirTables v6 = WeirTables.withPeers(CONNECTIONS, wire)) {
            fill(megabytes, "v4", Addresses.V4, v4, v4.map(MapShape.SHADOWS4));
            fill(megabytes, "v6", Addresses.V6, v6, v6.map(MapShape.SHADOWS6));
        }
        Row row = Row.of(SHADOWS + " flows of peers", "MB", megabytes)
                .noting("the kernel's slabs before and after, and the buckets; others use slabs too");
        rows.accept(row.with(Goal.atMost("v4", row.median("v4"), MOST_MEGABYTES))
                .with(Goal.atMost("v6", row.median("v6"), MOST_MEGABYTES)));
    }

    private static void fill(
            Map<String, Samples> megabytes, String contender, Addresses net, WeirTables weir, BpfMap map)
            throws IOException {
        try (ShadowTable shadows = weir.shadows()) {
            double buckets = KernelMemory.of(map);
            double before = KernelMemory.slabs();
            put(shadows, net);
            megabytes.put(contender, new Samples(buckets + KernelMemory.slabs() - before));
            megabytes.put(contender + " by its map", new Samples(KernelMemory.of(map)));
        }
    }

    /** Every flow once: put, put again, walked over, removed, claimed. */
    private static void telling(WeirTables.Wire wire, Consumer<Row> rows) {
        Map<String, Map<String, Samples>> nanos = new LinkedHashMap<>();
        for (Addresses net : List.of(Addresses.V4, Addresses.V6)) {
            String contender = net.v4() ? "v4" : "v6";
            try (WeirTables weir = WeirTables.withPeers(CONNECTIONS, wire);
                    ShadowTable shadows = weir.shadows()) {
                each(nanos, "told for the first time", contender, () -> put(shadows, net));
                each(nanos, "told again", contender, () -> put(shadows, net));
                each(nanos, "walked over", contender, () -> shadows.removeIf(PEER, flow -> false));
                each(nanos, "removed", contender, () -> inBatches(net, flows -> shadows.remove(PEER, flows)));
                put(shadows, net);
                each(nanos, "claimed when its owner is dead", contender, () -> shadows.claim(PEER, flow -> true));
                if (shadows.size() != 0) {
                    throw new IllegalStateException(shadows.size() + " flows are left of those removed or claimed");
                }
            }
        }
        nanos.forEach((what, values) -> rows.accept(Row.of("a flow of a peer " + what, "ns a flow", values)));
    }

    private static void each(
            Map<String, Map<String, Samples>> nanos, String what, String contender, Runnable work) {
        long start = System.nanoTime();
        work.run();
        double each = (double) (System.nanoTime() - start) / SHADOWS;
        nanos.computeIfAbsent(what, absent -> new TreeMap<>()).put(contender, new Samples(each));
    }

    private static void put(ShadowTable shadows, Addresses net) {
        inBatches(net, flows -> {
            int stored = shadows.put(PEER, flows).stored();
            if (stored != flows.size()) {
                throw new IllegalStateException("only " + stored + " of " + flows.size() + " flows were taken");
            }
        });
    }

    private static void inBatches(Addresses net, Consumer<List<FlowRecord>> work) {
        for (int first = 0; first < SHADOWS; first += BATCH) {
            List<FlowRecord> flows = new ArrayList<>(BATCH);
            for (int flow = first; flow < Math.min(first + BATCH, SHADOWS); flow++) {
                flows.add(record(net, flow));
            }
            work.accept(flows);
        }
    }

    private static FlowRecord record(Addresses net, int flow) {
        byte[] client = net.client().clone();
        int word = Addresses.clientWord(net.clientWord(), flow);
        for (int i = 0; i < 4; i++) {
            client[client.length - 1 - i] = (byte) (word >>> 8 * i);
        }
        return new FlowRecord(
                Protocol.TCP,
                new Flow.Peer(IpAddress.ofBytes(client), Addresses.clientPort(flow)),
                new Flow.Peer(IpAddress.ofBytes(net.vip()), Addresses.VIP_PORT),
                new Endpoint(IpAddress.ofBytes(net.target()), Optional.empty(), Addresses.TARGET_PORT),
                WeirTables.PROXY,
                Duration.ofMinutes(1),
                Duration.ofSeconds(1));
    }

    /** New connections beside so many flows of peers, and then the first packets of those. */
    private static void packets(
            Driver driver, WeirTables.Wire wire, Addresses net, Effort effort, Consumer<Row> rows) {
        try (WeirTables without = new WeirTables(CONNECTIONS, wire);
                WeirTables with = WeirTables.withPeers(CONNECTIONS, wire);
                ShadowTable shadows = with.shadows()) {
            put(shadows, net);
            driver.goOnFrom(CONNECTIONS); // clients of which no peer knows
            driver.install(PEERLESS, without.xdp());
            driver.install(PEERED, with.xdp());
            String family = net.v4() ? "v4" : "v6";
            Turns turns = new Turns(driver, effort);
            Row syn = turns.take("SYN of a new connection, " + family, both(net, Packets::synAlone), XDP_REDIRECT);
            rows.accept(syn.noting("with a million flows of peers, and without"));
            Row handshake = turns.take("packet of a handshake, " + family, both(net, Packets::handshake), XDP_REDIRECT);
            rows.accept(handshake.with(
                    Goal.atMost("with peers / without", handshake.ratio("with peers", "without"), 1.1)));
            driver.goOnFrom(0);
            Turns.Turn first = turn(net, PEERED, Packets::segmentAlone);
            Row promotion = turns.take(
                    "first packet of a flow that a peer carried, " + family, Map.of("with peers", first), XDP_REDIRECT);
            rows.accept(promotion.noting(with.reasons().getOrDefault(Reason.PROMOTED, 0L) + " were"));
        }
    }

    private static Map<String, Turns.Turn> both(Addresses net, Function<Addresses, List<Driver.Step>> steps) {
        return Map.of("without", turn(net, PEERLESS, steps), "with peers", turn(net, PEERED, steps));
    }

    private static Turns.Turn turn(Addresses net, int program, Function<Addresses, List<Driver.Step>> steps) {
        Driver.Plan plan = new Driver.Plan(net, steps.apply(net), Driver.Pick.SEQUENCE, 1L << 32);
        return new Turns.Turn(plan, program, () -> {}, OPENINGS * plan.steps().size());
    }
}
