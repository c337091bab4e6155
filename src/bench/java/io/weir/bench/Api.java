package io.weir.bench;

import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.Xdp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The admin API of a node with a thousand targets, as a client on the same host finds it. */
final class Api implements Part {

    private static final String WEIR = "weir";
    private static final int PROXIES = 100;
    private static final String STATUS = "status";
    private static final int ASKED = 2_000;
    private static final int PROGRAM = 1;
    private static final int XDP_PASS = 2;
    private static final String HEALTH = "health/p0";

    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern FAILED = Pattern.compile("(Non-2xx|Socket errors)[^\n]*");

    @Override
    public String name() {
        return "api";
    }

    @Override
    public String method() {
        return "wrk (4 connections) against the admin API on a loopback address; " + PROXIES
                + " proxies of 10 targets each. The client has a share of the same cores. A packet: by test runs on one core, the node"
                + " and those who ask at a steady pace on the other.";
    }

    @Override
    public List<String> commands() {
        return List.of("wrk");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Site site = new Site()) {
            Site.Lane lane = site.lane("api");
            site.in(lane.role(), "ip link set lo up");
            try (WeirProcess weir = new WeirProcess(
                    site.path(lane.role()), lane.role(), proxies(lane), ":xdp-mode :native :admin-api {:enabled true}")) {
                double fresh = weir.residentMegabytes();
                request(site, lane, STATUS, 2 * effort.loadSeconds()); // the compiler's share
                Row status = measure(site, lane, STATUS, effort);
                rows.accept(status.with(Goal.atLeast("status requests a second", status.median(WEIR), 2_000)));
                rows.accept(measure(site, lane, HEALTH, effort));
                Row memory = Row.of("resident after that", "MB", WEIR, weir.residentMegabytes());
                rows.accept(memory.with(Goal.atMost("resident MB", memory.median(WEIR), 200))
                        .noting("before the first request " + Numbers.text(fresh) + " MB"));
                NetworkNamespace.run(site.path(lane.role()), () -> beside(site, lane, weir, effort, rows));
            }
        }
    }

    /** What a packet that is counted under a reason costs while nobody asks, and while many ask for those counts. */
    private static boolean beside(Site site, Site.Lane lane, WeirProcess weir, Effort effort, Consumer<Row> rows)
            throws IOException {
        weir.pin(Core.of(1));
        Core.of(0).pin();
        int client = Router.index(Router.CLIENT_SIDE);
        try (Driver driver = new Driver();
                BpfProgram program = BpfProgram.ofId(Xdp.query(client).orElseThrow().programId());
                Askers askers = new Askers(site.path(lane.role()), Core.of(1), ASKED)) {
            driver.install(PROGRAM, program);
            Frame frame = Frame.toVip(Addresses.V4, Frame.ACK, 1, 1); // to a port without a listener
            Driver.Plan plan = Driver.Plan.of(Addresses.V4, client, 1 << 10, frame);
            Map<String, Turns.Turn> turns = new LinkedHashMap<>();
            Map.of("quiet", Optional.<String>empty(), "lb", Optional.of("lb"), STATUS, Optional.of(STATUS))
                    .forEach((name, asked) ->
                            turns.put(name, new Turns.Turn(plan, PROGRAM, () -> askers.ask(asked), 0)));
            long start = System.nanoTime();
            Row row = new Turns(driver, effort).take("a packet, " + ASKED + " requests a second", turns, XDP_PASS);
            double seconds = (System.nanoTime() - start) / 1e9;
            rows.accept(row.with(Goal.atMost("status / lb, which reads nothing", row.ratio(STATUS, "lb"), 1.05))
                    .noting("status / quiet " + Numbers.text(row.ratio(STATUS, "quiet")) + "; "
                            + Numbers.text(askers.answered() / seconds) + " answers a second over all turns"));
        }
        return true;
    }

    /** A hundred proxies of ten targets each, 10.3.PROXY.TARGET. */
    static String proxies(Site.Lane lane) {
        return IntStream.range(0, PROXIES)
                .mapToObj(proxy -> "{:name \"p%d\" :listen {:interfaces [\"client0\"] :address \"%s\" :port %d} :default-target [%s]}"
                        .formatted(proxy, lane.vip(), 1_000 + proxy, targets(proxy)))
                .collect(Collectors.joining("\n", "[", "]"));
    }

    private static String targets(int proxy) {
        return IntStream.rangeClosed(1, 10)
                .mapToObj(target -> "{:ip \"10.3.%d.%d\" :port 8080 :weight 10}".formatted(proxy, target))
                .collect(Collectors.joining(" "));
    }

    private static Row measure(Site site, Site.Lane lane, String path, Effort effort) {
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < effort.trafficRounds(); round++) {
            rates.add(request(site, lane, path, effort.loadSeconds()));
        }
        return Row.of(
                "GET " + path,
                "requests a second",
                WEIR,
                rates.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** @return requests a second */
    private static double request(Site site, Site.Lane lane, String path, int seconds) {
        String told = site.in(
                lane.role(), "wrk -t1 -c4 -d" + seconds + " http://127.0.0.1:8081/api/v1/" + path);
        Matcher failed = FAILED.matcher(told);
        Matcher rate = RATE.matcher(told);
        if (failed.find() || !rate.find()) {
            throw new IllegalStateException("GET " + path + ": " + told);
        }
        return Double.parseDouble(rate.group(1));
    }
}
