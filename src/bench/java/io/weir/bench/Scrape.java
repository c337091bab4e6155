package io.weir.bench;

import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What Prometheus asks for: all metrics of a node with a thousand targets, every one of which is checked and has answered. */
final class Scrape implements Part {

    private static final String WEIR = "weir";
    private static final int PROXIES = 100;
    private static final int TARGETS = 10 * PROXIES;

    /** To each proxy, so that hardly any of its ten targets is left out. */
    private static final int CONNECTIONS = 80;

    private static final int WARM = 20;
    private static final String PAGE = "curl -s http://127.0.0.1:9090/metrics";

    private static final String NGINX = """
            daemon off;
            user root;
            pid %1$s/nginx.pid;
            error_log %1$s/nginx.error crit;
            events { worker_connections 4096; }
            http {
              access_log off;
              server { listen 8080 backlog=4096; location / { return 200 name; } }
            }
            """;

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public String method() {
        return "curl asks for the metrics of a process with the program's own JVM options: " + PROXIES
                + " proxies of 10 targets each, which have been checked and have answered connections, so that all have both"
                + " histograms. CPU: of the process, which also goes on checking.";
    }

    @Override
    public List<String> commands() {
        return List.of("curl", "nginx");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        Path files = Files.createTempDirectory(Leftovers.ownName(Bench.NAME) + "-metrics");
        try (Site site = new Site()) {
            Site.Lane lane = lane(site, "metrics");
            try (Daemon _ = nginx(site, files);
                    WeirProcess weir = new WeirProcess(
                            site.path(lane.role()),
                            lane.role(),
                            Api.proxies(lane),
                            ":stats-enabled true :health-check-enabled true :metrics {:enabled true}")) {
                measure(site, lane, weir, effort, rows);
            }
        } finally {
            Http.delete(files);
        }
    }

    /** A lane whose balancer reaches the targets of {@link Api#proxies}. */
    static Site.Lane lane(Site site, String name) {
        Site.Lane lane = site.lane(name);
        site.offloads(lane, false);
        site.in(lane.role(), "ip link set lo up; ip route add 10.3.0.0/16 via " + lane.backend());
        site.in(Site.BACKEND, "ip link set lo up; ip route add local 10.3.0.0/16 dev lo");
        return lane;
    }

    /** All of those targets. */
    static Daemon nginx(Site site, Path files) throws IOException {
        Path file = files.resolve("nginx.conf");
        Files.writeString(file, NGINX.formatted(files));
        return Daemon.start(site.path(Site.BACKEND), List.of("nginx", "-p", files.toString(), "-c", file.toString()));
    }

    private static void measure(Site site, Site.Lane lane, WeirProcess weir, Effort effort, Consumer<Row> rows) {
        int answered = 0;
        for (int round = 0; round < 20 && answered < 2 * TARGETS; round++) {
            connect(site, lane);
            String count = "grep -cE '^lb_(backend|health_check)_latency_seconds_count' || true";
            answered = Integer.parseInt(site.in(lane.role(), PAGE + " | " + count).strip());
        }
        if (answered < 2 * TARGETS) {
            throw new IllegalStateException("only " + answered + " histograms of " + 2 * TARGETS + " were there in time");
        }
        scrape(site, lane, WARM);
        int scrapes = 4 * effort.rounds();
        long before = weir.spentNanos();
        double[] millis = scrape(site, lane, scrapes);
        double cpu = (weir.spentNanos() - before) / 1e6 / scrapes;
        Row row = Row.of("scrape of " + TARGETS + " targets", "ms", WEIR, millis);
        rows.accept(row.with(Goal.atMost("scrape", row.median(WEIR), 50))
                .noting(site.in(lane.role(), PAGE + " | wc -lc").strip().replaceAll(" +", " lines, ") + " bytes"));
        rows.accept(Row.of("the same, CPU", "ms a scrape", WEIR, cpu));
        rows.accept(Row.of("resident after that", "MB", WEIR, weir.residentMegabytes()));
    }

    private static void connect(Site site, Site.Lane lane) {
        site.in(
                Site.CLIENT,
                "for port in $(seq 1000 " + (999 + PROXIES) + "); do curl -s -o /dev/null -H 'Connection: close' \"http://"
                        + lane.vip() + ":$port/?[1-" + CONNECTIONS + "]\"; done");
    }

    /** Milliseconds of each. */
    private static double[] scrape(Site site, Site.Lane lane, int times) {
        String pages = IntStream.range(0, times)
                .mapToObj(i -> PAGE + " -o /dev/null -w '%{time_total}\\n'")
                .collect(Collectors.joining("; "));
        return site.in(lane.role(), pages).lines()
                .mapToDouble(seconds -> Double.parseDouble(seconds) * 1e3)
                .toArray();
    }
}
