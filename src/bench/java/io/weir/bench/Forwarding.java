package io.weir.bench;

import io.weir.libbpf.BpfLink;
import io.weir.libbpf.Xdp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Packets a second that come through, on one core: UDP of 60 bytes from a client by the load balancer to a backend. */
final class Forwarding implements Part {

    private static final int CONNECTIONS = 1 << 20;
    private static final List<Integer> FLOWS = List.of(1, 1 << 10, 1 << 17, 1 << 20);

    private static final String DROP = "drop";
    private static final String REDIRECT = "redirect";
    private static final String PROTOTYPE = "prototype";
    private static final String WEIR = "weir";
    private static final String NFTABLES = "nftables";

    private static final double WARM_SECONDS = 0.05;

    @Override
    public String name() {
        return "pps";
    }

    @Override
    public String method() {
        return "UDP of 60 bytes through client, load balancer and backend (namespaces, veth, native XDP); live frames of random"
                + " flows, each header written anew; generator, load balancer and sink on one core. 'drop': the frames"
                + " end at the load balancer, so the generator alone; 'redirect': the least an XDP program can do."
                + " A second is one of the core's time spent for us.";
    }

    @Override
    public List<String> commands() {
        return List.of("nft", "taskset", "ethtool");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Router router = new Router();
                Generator generator = new Generator()) {
            router.inside(Router.BALANCER, () -> {
                try (Driver clock = new Driver();
                        WeirTables weir = new WeirTables(CONNECTIONS, router.wire(clock), WeirTables.UDP);
                        Prototype prototype = new Prototype(2 * CONNECTIONS, router.wire(clock), WeirTables.UDP)) {
                    prototype.installFlows(CONNECTIONS);
                    weir.installFlows(Addresses.V4, CONNECTIONS, clock.jiffies());
                    new Measurement(router, generator, prototype, weir, Core.of(0), effort, rows).all();
                }
                return true;
            });
        }
    }

    /** Every call comes from a thread in the load balancer's namespace. */
    private record Measurement(
            Router router, Generator generator, Prototype prototype, WeirTables weir, Core core, Effort effort, Consumer<Row> rows) {

        void all() throws Exception {
            router.in(Router.BALANCER, """
                    nft -f - <<RULES
                    table ip weirbench {
                        chain before { type nat hook prerouting priority dstnat;
                            ip daddr 192.0.2.1 udp dport 80 dnat to 172.16.2.2:8080
                        }
                    }
                    RULES
                    """);
            Map<Integer, Row> forward = new LinkedHashMap<>();
            try (BpfLink _ = attach(Router.BACKEND, "sink", Router.BACKEND_END)) {
                for (int flows : FLOWS) {
                    Row row = toBackend(flows);
                    forward.put(flows, row);
                    rows.accept(row);
                }
            }
            try (BpfLink _ = attach(Router.CLIENT, "sink", Router.CLIENT_END)) {
                for (int flows : FLOWS) {
                    rows.accept(toClient(flows, forward.get(flows)));
                }
            }
        }

        private Row toBackend(int flows) throws Exception {
            Frame frame = Frame.udp(
                            Addresses.V4, true, Addresses.V4.vip(), Addresses.VIP_PORT, Generator.FRAME_BYTES)
                    .withMacs(router.mac(Router.CLIENT_SIDE), Router.bytes(Router.CLIENT_MAC));
            int conntrack = Integer.parseInt(
                    router.in(Router.BALANCER, "cat /proc/sys/net/netfilter/nf_conntrack_max").strip());
            List<String> contenders = new ArrayList<>(List.of(DROP, REDIRECT, PROTOTYPE, WEIR));
            if (flows <= conntrack) {
                contenders.add(NFTABLES);
            }
            Row row = turns("to the backend, " + flows + (flows == 1 ? " flow" : " flows"), contenders, flows, frame, true);
            if (flows > conntrack) {
                row = row.noting("nftables left out: conntrack here ends at " + conntrack);
            }
            if (flows != 1 << 10 && flows != 1 << 17) {
                return row;
            }
            if (flows <= conntrack) {
                row = row.with(Goal.atLeast("weir / nftables", row.ratio(WEIR, NFTABLES), 5));
            }
            return row.with(Goal.atLeast("weir / redirect", row.ratio(WEIR, REDIRECT), 0.8));
        }

        private Row toClient(int flows, Row forward) throws Exception {
            Frame frame = Frame.udp(
                            Addresses.V4, false, Addresses.V4.target(), Addresses.TARGET_PORT, Generator.FRAME_BYTES)
                    .withMacs(router.mac(Router.SERVER_SIDE), Router.bytes(Router.BACKEND_MAC));
            Row row = turns("to the client, " + flows + (flows == 1 ? " flow" : " flows"), List.of(DROP, REDIRECT, PROTOTYPE, WEIR), flows, frame, false);
            return row.with(Goal.atLeast("to the client / to the backend", row.median(WEIR) / forward.median(WEIR), 0.95));
        }

        private Row turns(String name, List<String> contenders, int flows, Frame frame, boolean toBackend)
                throws Exception {
            Map<String, double[]> rates = new LinkedHashMap<>();
            contenders.forEach(contender -> rates.put(contender, new double[effort.trafficRounds()]));
            for (int round = 0; round < effort.trafficRounds(); round++) {
                for (String contender : contenders) {
                    rates.get(contender)[round] = turn(contender, flows, frame, toBackend, round == 0);
                }
            }
            Map<String, Samples> values = new LinkedHashMap<>();
            rates.forEach((contender, samples) -> values.put(contender, new Samples(samples)));
            return Row.of(name, "million packets a second", values);
        }

        private double turn(String contender, int flows, Frame frame, boolean toBackend, boolean first)
                throws Exception {
            String in = toBackend ? Router.CLIENT_SIDE : Router.SERVER_SIDE;
            generator.redirectTo(Router.index(toBackend ? Router.SERVER_SIDE : Router.CLIENT_SIDE));
            List<BpfLink> links = new ArrayList<>();
            switch (contender) {
                case DROP -> links.add(generator.attach("sink", in));
                case REDIRECT -> links.add(generator.attach("redirect", in));
                case PROTOTYPE -> links.add(BpfLink.xdp(prototype.xdp(), Router.index(in), Xdp.Mode.NATIVE));
                case WEIR -> links.add(BpfLink.xdp(weir.xdp(), Router.index(in), Xdp.Mode.NATIVE));
                default -> {}
            }
            try {
                String role = toBackend ? Router.CLIENT : Router.BACKEND;
                return router.inside(role, () -> {
                    core.pin();
                    int out = Router.index(toBackend ? Router.CLIENT_END : Router.BACKEND_END);
                    if (first && contender.equals(NFTABLES)) {
                        // Conntrack learns every flow before it is measured.
                        generator.prepare(Addresses.V4, frame, Driver.Pick.SEQUENCE, flows, out);
                        generator.send(core, 10, flows);
                    }
                    generator.prepare(Addresses.V4, frame, flows == 1 ? Driver.Pick.SAME : Driver.Pick.RANDOM, flows, out);
                    generator.send(core, WARM_SECONDS);
                    return generator.send(core, effort.trafficMillis() / 1e3).sunkPerSecond() / 1e6;
                });
            } finally {
                links.forEach(BpfLink::close);
            }
        }

        private BpfLink attach(String role, String program, String interfaceName) throws Exception {
            return router.inside(role, () -> generator.attach(program, interfaceName));
        }
    }
}
