package io.weir.bench;

import io.weir.dataplane.Reason;
import io.weir.model.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a packet costs: the data path beside the prototype, driven by BPF_PROG_TEST_RUN. */
final class Packets implements Part {

    private static final int CONNECTIONS = 1 << 20;
    private static final List<Integer> FLOWS = List.of(1, 1 << 10, 1 << 17, 1 << 20);

    /** New connections a burst: few enough that the tables have room for all rounds. */
    private static final int OPENINGS = 10_000;

    private static final int PROTOTYPE = 1;
    private static final int WEIR = 2;

    private static final int XDP_PASS = 2;
    private static final int XDP_REDIRECT = 4;

    private static final int OTHER_PORT = 9;
    private static final byte[] OTHER_V4 = Addresses.bytes("192.0.2.99");
    private static final byte[] OTHER_V6 = Addresses.bytes("fd30::99");

    @Override
    public String name() {
        return "packets";
    }

    @Override
    public String method() {
        return "ns a packet by BPF_PROG_TEST_RUN; the header is restored, a random flow picked and the program tail-called; the"
                + " cost of a program that does nothing is subtracted. Tables for " + CONNECTIONS + " connections.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Router router = new Router()) {
            router.inside(Router.BALANCER, () -> {
                measure(router, effort, rows);
                return true;
            });
        }
    }

    private void measure(Router router, Effort effort, Consumer<Row> rows) {
        try (Driver driver = new Driver()) {
            WeirTables.Wire wire = router.wire(driver);
            try (WeirTables weir = new WeirTables(CONNECTIONS, wire);
                    Prototype prototype = new Prototype(2 * CONNECTIONS, wire)) {
                driver.install(PROTOTYPE, prototype.xdp());
                driver.install(WEIR, weir.xdp());
                strangers(rows, new Turns(driver, effort), weir);
            }
            try (WeirTables weir = new WeirTables(CONNECTIONS, wire);
                    Prototype prototype = new Prototype(2 * CONNECTIONS, wire)) {
                driver.install(PROTOTYPE, prototype.xdp());
                driver.install(WEIR, weir.xdp());
                openings(rows, new Turns(driver, effort), weir);
            }
            try (WeirTables weir = new WeirTables(CONNECTIONS, wire);
                    Prototype prototype = new Prototype(2 * CONNECTIONS, wire);
                    FlowTable table = new FlowTable(weir, wire.hz())) {
                driver.install(PROTOTYPE, prototype.xdp());
                driver.install(WEIR, weir.xdp());
                for (Addresses net : List.of(Addresses.V4, Addresses.V6)) {
                    weir.installFlows(net, CONNECTIONS, driver.jiffies());
                }
                prototype.installFlows(CONNECTIONS);
                established(rows, new Turns(driver, effort), weir, prototype, table);
                lookups(rows, effort, table);
                flood(rows, new Turns(driver, effort), CONNECTIONS);
            }
            int usual = Settings.DEFAULT.maxConnections();
            try (WeirTables weir = new WeirTables(usual, wire);
                    Prototype prototype = new Prototype(2 * usual, wire)) {
                driver.install(PROTOTYPE, prototype.xdp());
                driver.install(WEIR, weir.xdp());
                for (Addresses net : List.of(Addresses.V4, Addresses.V6)) {
                    weir.installFlows(net, usual, driver.jiffies());
                }
                prototype.installFlows(usual);
                flood(rows, new Turns(driver, effort), usual);
            }
        }
    }

    private void strangers(Consumer<Row> rows, Turns turns, WeirTables weir) {
        Map<String, Turns.Turn> otherPort = Map.of(
                "prototype v4", stranger(Addresses.V4, PROTOTYPE, Addresses.V4.vip(), OTHER_PORT),
                "weir v4", stranger(Addresses.V4, WEIR, Addresses.V4.vip(), OTHER_PORT),
                "weir v6", stranger(Addresses.V6, WEIR, Addresses.V6.vip(), OTHER_PORT));
        Row row = turns.take("not for a listener: another port", otherPort, XDP_PASS);
        rows.accept(row.with(Goal.atMost("weir v4", row.median("weir v4"), 70)));
        Map<String, Turns.Turn> otherAddress = Map.of(
                "prototype v4", stranger(Addresses.V4, PROTOTYPE, OTHER_V4, Addresses.VIP_PORT),
                "weir v4", stranger(Addresses.V4, WEIR, OTHER_V4, Addresses.VIP_PORT),
                "weir v6", stranger(Addresses.V6, WEIR, OTHER_V6, Addresses.VIP_PORT));
        row = turns.take("not for a listener: its port, another address", otherAddress, XDP_PASS);
        rows.accept(row.with(Goal.atMost("weir v4", row.median("weir v4"), 70)));
        requireOnly(weir, Reason.NOT_SERVICE);
    }

    private static Turns.Turn stranger(Addresses net, int program, byte[] address, int port) {
        Frame frame = Frame.tcp(net, true, address, port, Frame.ACK, 1, 1);
        return new Turns.Turn(Driver.Plan.of(net, Router.index(Router.CLIENT_SIDE), 1 << 10, frame), program, () -> {}, 0);
    }

    private void openings(Consumer<Row> rows, Turns turns, WeirTables weir) {
        Row row = turns.take("SYN of a new connection", opening(Packets::synAlone), XDP_REDIRECT);
        rows.accept(row.with(Goal.atMost("weir v4 / prototype", row.ratio("weir v4", "prototype v4"), 0.8)));
        Row packet = turns.take("handshake", opening(Packets::handshake), XDP_REDIRECT);
        Map<String, Samples> whole = new LinkedHashMap<>();
        packet.values().forEach((contender, samples) -> whole.put(contender, samples.with(samples, (one, same) -> 3 * one)));
        rows.accept(Row.of("SYN, SYN-ACK and ACK together", packet.unit(), whole)
                .noting("the prototype makes both its entries with the SYN"));
        // SYNs that nobody answers fill the half-open table: then each costs an eviction more, as it should in this row.
        requireOnly(weir, Reason.NONE, Reason.HALF_OPEN_EVICTED);
    }

    private static Map<String, Turns.Turn> opening(Function<Addresses, List<Driver.Step>> steps) {
        return Map.of(
                "prototype v4", opening(Addresses.V4, PROTOTYPE, steps),
                "weir v4", opening(Addresses.V4, WEIR, steps),
                "weir v6", opening(Addresses.V6, WEIR, steps));
    }

    private static Turns.Turn opening(
            Addresses net, int program, Function<Addresses, List<Driver.Step>> steps) {
        Driver.Plan plan = new Driver.Plan(net, steps.apply(net), Driver.Pick.SEQUENCE, 1L << 32);
        return new Turns.Turn(plan, program, () -> {}, OPENINGS * plan.steps().size());
    }

    static List<Driver.Step> synAlone(Addresses net) {
        return List.of(byClient(Frame.toVip(net, Frame.SYN, 1, 0)));
    }

    /** A segment of a connection that is there. */
    static List<Driver.Step> segmentAlone(Addresses net) {
        return List.of(byClient(Frame.toVip(net, Frame.ACK, 1, 1)));
    }

    static List<Driver.Step> handshake(Addresses net) {
        return List.of(
                byClient(Frame.toVip(net, Frame.SYN, 1, 0)),
                new Driver.Step(
                        Frame.fromTarget(net, Frame.SYN | Frame.ACK, 1000, 2), Router.index(Router.SERVER_SIDE)),
                byClient(Frame.toVip(net, Frame.ACK, 2, 1001)));
    }

    private static Driver.Step byClient(Frame frame) {
        return new Driver.Step(frame, Router.index(Router.CLIENT_SIDE));
    }

    private void established(Consumer<Row> rows, Turns turns, WeirTables weir, Prototype prototype, FlowTable table) {
        for (boolean forward : new boolean[] {true, false}) {
            for (int flows : FLOWS) {
                Map<String, Turns.Turn> contenders = Map.of(
                        "prototype v4", segment(Addresses.V4, PROTOTYPE, forward, flows, prototype::age),
                        "weir v4", segment(Addresses.V4, WEIR, forward, flows, () -> table.age(Addresses.V4)),
                        "weir v6", segment(Addresses.V6, WEIR, forward, flows, () -> table.age(Addresses.V6)));
                String name = (forward ? "established, to the target, " : "established, to the client, ") + flows
                        + (flows == 1 ? " flow" : " flows");
                Row row = turns.take(name, contenders, XDP_REDIRECT);
                if (forward && flows <= 1 << 17) {
                    row = row.with(Goal.atMost("weir v4 / prototype", row.ratio("weir v4", "prototype v4"), 1));
                }
                rows.accept(row.with(Goal.atMost("v6 / v4", row.ratio("weir v6", "weir v4"), 1.3)));
            }
        }
        requireOnly(weir, Reason.NONE);
    }

    private static Turns.Turn segment(Addresses net, int program, boolean forward, int flows, Runnable age) {
        Frame frame = forward ? Frame.toVip(net, Frame.ACK, 1, 1) : Frame.fromTarget(net, Frame.ACK, 1, 1);
        int from = Router.index(forward ? Router.CLIENT_SIDE : Router.SERVER_SIDE);
        // Of few flows, hardly a packet in a burst is the first of its second.
        return new Turns.Turn(Driver.Plan.of(net, from, flows, frame), program, flows > 1 << 10 ? age : () -> {}, 0);
    }

    private void lookups(Consumer<Row> rows, Effort effort, FlowTable table) {
        for (int flows : List.of(1 << 10, 1 << 14, 1 << 17, 1 << 20)) {
            double[][] nanos = new double[2][effort.rounds()];
            for (int round = 0; round < effort.rounds(); round++) {
                for (Addresses net : List.of(Addresses.V4, Addresses.V6)) {
                    table.look(net, flows, Math.min(flows, 100_000), true);
                    double with = table.look(net, flows, 100_000, true);
                    double without = table.look(net, flows, 100_000, false);
                    nanos[net.v4() ? 0 : 1][round] = with - without;
                }
            }
            Map<String, Samples> values = new LinkedHashMap<>();
            values.put("16-byte key, v4", new Samples(nanos[0]));
            values.put("40-byte key, v6", new Samples(nanos[1]));
            rows.accept(Row.of("flow table, " + flows + " flows", "ns a lookup", values));
        }
    }

    /** Last, because the prototype evicts its established flows. */
    private void flood(Consumer<Row> rows, Turns turns, int connections) {
        Map<String, Turns.Turn> contenders = new LinkedHashMap<>();
        contenders.put("prototype v4", flooding(Addresses.V4, PROTOTYPE));
        contenders.put("weir v4", flooding(Addresses.V4, WEIR));
        contenders.put("weir v6", flooding(Addresses.V6, WEIR));
        Row row = turns.take(
                "SYN flood, random sources, table of " + connections + " full", contenders, XDP_REDIRECT);
        rows.accept(row.with(Goal.atMost("weir v4", row.median("weir v4"), 500)));
    }

    private static Turns.Turn flooding(Addresses net, int program) {
        Driver.Plan plan =
                new Driver.Plan(net, synAlone(net), Driver.Pick.RANDOM, 1L << 32);
        return new Turns.Turn(plan, program, () -> {}, 0);
    }

    /** A packet that took another way than the one to be measured makes a figure worthless. */
    private static void requireOnly(WeirTables weir, Reason... allowed) {
        Map<Reason, Long> reasons = weir.reasons();
        reasons.keySet().removeAll(List.of(allowed));
        if (!reasons.isEmpty()) {
            throw new IllegalStateException("packets took another way than the one to be measured: " + reasons);
        }
    }
}
