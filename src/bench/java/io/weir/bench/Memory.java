package io.weir.bench;

import io.weir.dataplane.MapShape;
import io.weir.libbpf.BpfMap;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/** What the process holds after a while of work: checks, scrapes and questions, over a full flow table. */
final class Memory implements Part {

    private static final String WEIR = "weir";
    private static final int TARGETS = 1_000;
    private static final int FLOWS = 100_000;

    /** Seconds of checks before it is looked at, and so many looks, a second apart, for each second of a load. */
    private static final int WARM_SECONDS = 10;

    private static final int LOOKS = 20;

    private static final String API = "http://127.0.0.1:8081/api/v1/";
    private static final List<String> PAGES = List.of(
            "http://127.0.0.1:9090/metrics",
            API + "status",
            API + "health",
            API + "traffic",
            API + "connections?limit=1000",
            API + "connections/stats");

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String method() {
        return "A process with the program's own JVM options; 100 proxies of 10 targets each, all checked by HTTP once a second,"
                + " statistics on, " + FLOWS + " connections in the flow table. Each second the metrics, status, health, traffic,"
                + " a page of 1,000 connections and their totals are asked for; then its memory is looked at (VmRSS).";
    }

    @Override
    public List<String> commands() {
        return List.of("curl", "nginx");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        Path files = Files.createTempDirectory(Leftovers.ownName(Bench.NAME) + "-memory");
        try (Site site = new Site()) {
            Site.Lane lane = Scrape.lane(site, "memory");
            try (Daemon _ = Scrape.nginx(site, files);
                    WeirProcess weir = new WeirProcess(
                            site.path(lane.role()),
                            lane.role(),
                            Api.proxies(lane),
                            ":stats-enabled true :health-check-enabled true :metrics {:enabled true} :admin-api {:enabled true}"
                                    + " :health-check-defaults {:type :http :interval-ms 1000 :timeout-ms 1000}"
                                    + " :connection-timeout-sec 86400 :max-connections " + FLOWS)) {
                double fresh = weir.residentMegabytes();
                fill(weir);
                measure(site, lane, weir, LOOKS * effort.loadSeconds(), fresh, rows);
            }
        } finally {
            Http.delete(files);
        }
    }

    /** Connections of all proxies and targets, as if their clients had opened them. */
    private static void fill(WeirProcess weir) throws Exception {
        PinnedMaps maps = new PinnedMaps(weir.pins());
        try (BpfMap flows = maps.open(MapShape.FLOWS4);
                BpfMap queue = maps.open(MapShape.QUEUE);
                Driver driver = new Driver()) {
            TrackedFlows.install(flows, Addresses.V4, FLOWS, TARGETS, driver.jiffies());
            FlowKeys.enqueue(queue, Addresses.V4, WeirTables.TCP, FLOWS);
        }
    }

    private static void measure(
            Site site, Site.Lane lane, WeirProcess weir, int looks, double fresh, Consumer<Row> rows) throws Exception {
        TimeUnit.SECONDS.sleep(WARM_SECONDS);
        double[] resident = new double[looks];
        double[] own = new double[looks];
        for (int look = 0; look < looks; look++) {
            ask(site, lane);
            resident[look] = weir.residentMegabytes();
            own[look] = weir.anonymousMegabytes();
            TimeUnit.SECONDS.sleep(1);
        }
        String counted = site.in(lane.role(), "curl -sf '" + API + "connections/count'");
        if (!counted.contains(Integer.toString(FLOWS))) {
            throw new IllegalStateException("the node sees other connections than were made: " + counted);
        }
        double most = DoubleStream.of(resident).max().orElseThrow();
        Row row = Row.of("resident, " + TARGETS + " targets, " + FLOWS + " flows", "MB", WEIR, resident);
        rows.accept(row.with(Goal.atMost("the most", most, 200))
                .noting("before the first question " + Numbers.text(fresh) + " MB"));
        rows.accept(Row.of("of that without files and shared memory", "MB", WEIR, own));
    }

    private static void ask(Site site, Site.Lane lane) {
        for (String page : PAGES) {
            site.in(lane.role(), "curl -sf --max-time 10 -o /dev/null '" + page + "'");
        }
    }
}
