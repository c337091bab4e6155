package io.weir.bench;

import io.weir.bench.Site.Lane;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.NetworkNamespace;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Real clients and servers: wrk against nginx, and iperf3, by each contender. */
final class Http implements Part {

    private static final String DIRECT = "direct";
    private static final String NFTABLES = "nftables";
    private static final String PASS = "XDP passing";
    private static final String WEIR = "weir XDP";
    private static final String WEIR_TC = "weir TC";
    private static final String HAPROXY = "HAProxy";

    private static final int HTTP = 8080;
    private static final int BULK = 5201;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String method() {
        return "wrk (64 connections) against nginx, and iperf3; each contender has a lane of its own between the same client"
                + " and backend. 'direct': routed by the kernel; 'XDP passing': the same with an XDP program that passes"
                + " everything. CPU: time of wrk, nginx, HAProxy and ksoftirqd together, in whose names packets are"
                + " carried on veth.";
    }

    @Override
    public List<String> commands() {
        return List.of("wrk", "nginx", "haproxy", "iperf3", "nft", "curl", "ethtool");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            measure(effort, rows, open);
        } finally {
            for (AutoCloseable one : open.reversed()) {
                one.close();
            }
        }
    }

    private void measure(Effort effort, Consumer<Row> rows, List<AutoCloseable> open) throws Exception {
        Path files = Files.createTempDirectory(Leftovers.ownName(Bench.NAME) + "-http");
        open.add(() -> delete(files));
        Site site = new Site();
        open.add(site);
        Map<String, Contender> contenders = new LinkedHashMap<>();
        direct(site, contenders);
        nftables(site, contenders);
        passing(site, contenders, open);
        weir(site, contenders, open, WEIR, ":native", " :reply-interfaces [\"server0\"]");
        weir(site, contenders, open, WEIR_TC, ":tc", "");
        Daemon nginx = daemon(site, Site.BACKEND, nginx(files), open);
        Daemon haproxy = haproxy(site, contenders, files, open);
        daemon(site, Site.BACKEND, List.of("iperf3", "-s", "-p", "" + BULK), open);
        awaitService(site, contenders);
        Load load = new Load(site, List.of(nginx, haproxy));
        keepAlive(load, contenders, effort, rows);
        newConnections(load, contenders, effort, rows);
        bulk(site, contenders, effort, rows);
    }

    /** Where a client finds the service by this contender. */
    private record Contender(Lane lane, String address, int port, String bulkAddress, int bulkPort) {}

    private static void direct(Site site, Map<String, Contender> contenders) {
        Lane lane = site.lane("direct");
        contenders.put(DIRECT, new Contender(lane, lane.backend(), HTTP, lane.backend(), BULK));
    }

    private static void nftables(Site site, Map<String, Contender> contenders) {
        Lane lane = site.lane("nft");
        site.in(lane.role(), """
                nft -f - <<RULES
                table ip weirbench {
                    chain before { type nat hook prerouting priority dstnat;
                        ip daddr %1$s tcp dport 80 dnat to %2$s:%3$d
                        ip daddr %1$s tcp dport 81 dnat to %2$s:%4$d
                    }
                }
                RULES
                """.formatted(lane.vip(), lane.backend(), HTTP, BULK));
        contenders.put(NFTABLES, new Contender(lane, lane.vip(), 80, lane.vip(), 81));
    }

    private static void passing(Site site, Map<String, Contender> contenders, List<AutoCloseable> open)
            throws Exception {
        Lane lane = site.lane("pass");
        Generator generator = new Generator();
        open.add(generator);
        for (String side : List.of(Router.CLIENT_SIDE, Router.SERVER_SIDE)) {
            BpfLink link = NetworkNamespace.run(site.path(lane.role()), () -> generator.attach("pass", side));
            open.add(link);
        }
        contenders.put(PASS, new Contender(lane, lane.backend(), HTTP, lane.backend(), BULK));
    }

    private static void weir(
            Site site,
            Map<String, Contender> contenders,
            List<AutoCloseable> open,
            String name,
            String mode,
            String more) {
        Lane lane = site.lane(mode.substring(1));
        String proxy = "{:name \"%s\" :listen {:interfaces [\"client0\"] :address \"%s\" :port %d :protocols [:tcp]}"
                + " :default-target {:ip \"%s\" :port %d}}";
        String proxies = "[" + proxy.formatted("web", lane.vip(), 80, lane.backend(), HTTP) + "\n"
                + proxy.formatted("bulk", lane.vip(), 81, lane.backend(), BULK) + "]";
        open.add(new WeirProcess(site.path(lane.role()), lane.role(), proxies, ":xdp-mode " + mode + more));
        contenders.put(name, new Contender(lane, lane.vip(), 80, lane.vip(), 81));
    }

    private static List<String> nginx(Path files) throws IOException {
        Path configuration = files.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log stderr crit;
                events { worker_connections 4096; }
                http {
                    access_log off;
                    keepalive_requests 100000000;
                    server { listen %2$d backlog=4096; location / { return 200 "hello\\n"; } }
                }
                """.formatted(files, HTTP));
        return List.of("nginx", "-c", configuration.toString(), "-p", files.toString());
    }

    private static Daemon haproxy(
            Site site, Map<String, Contender> contenders, Path files, List<AutoCloseable> open) throws IOException {
        Lane lane = site.lane("haproxy");
        Path configuration = files.resolve("haproxy.cfg");
        Files.writeString(configuration, """
                global
                    nbthread 1
                    maxconn 8000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                listen web
                    bind %1$s:80
                    server one %2$s:%3$d
                listen bulk
                    bind %1$s:81
                    server one %2$s:%4$d
                """.formatted(lane.gateway(), lane.backend(), HTTP, BULK));
        contenders.put(HAPROXY, new Contender(lane, lane.gateway(), 80, lane.gateway(), 81));
        return daemon(site, lane.role(), List.of("haproxy", "-db", "-f", configuration.toString()), open);
    }

    private static Daemon daemon(Site site, String role, List<String> words, List<AutoCloseable> open) {
        Daemon daemon = Daemon.start(site.path(role), words);
        open.add(daemon);
        return daemon;
    }

    private static void awaitService(Site site, Map<String, Contender> contenders) {
        contenders.values().forEach(contender -> site.in(
                Site.CLIENT,
                "curl -s -o /dev/null --retry 30 --retry-delay 1 --retry-connrefused --max-time 40 http://"
                        + contender.address() + ":" + contender.port() + "/"));
    }

    private static void keepAlive(Load load, Map<String, Contender> contenders, Effort effort, Consumer<Row> rows) {
        Map<String, List<Load.Result>> results = turns(load, contenders, effort, "");
        Row rate = row("keep-alive", "requests a second", results, Load.Result::perSecond);
        rows.accept(rate.with(Goal.atLeast("weir XDP / direct", rate.ratio(WEIR, DIRECT), 0.9)));
        rows.accept(row("keep-alive, p50", "ms", results, Load.Result::medianMillis));
        rows.accept(row("keep-alive, p99", "ms", results, Load.Result::slowMillis));
        Row cpu = row("CPU of a keep-alive request", "µs", results, Load.Result::cpuMicros);
        Samples added = cpu.of(WEIR).with(cpu.of(DIRECT), (one, other) -> one - other);
        Samples addedByHaproxy = cpu.of(HAPROXY).with(cpu.of(DIRECT), (one, other) -> one - other);
        rows.accept(cpu.with(Goal.atMost(
                "weir XDP adds / HAProxy adds", Math.max(0, added.median()) / addedByHaproxy.median(), 0.2)));
    }

    private static void newConnections(
            Load load, Map<String, Contender> contenders, Effort effort, Consumer<Row> rows) {
        Map<String, List<Load.Result>> results = turns(load, contenders, effort, "-H 'Connection: close'");
        Row rate = row("new connection for each request", "requests a second", results, Load.Result::perSecond);
        rows.accept(rate.with(Goal.atLeast("weir XDP / XDP passing", rate.ratio(WEIR, PASS), 0.95)));
        rows.accept(row("new connections, p50", "ms", results, Load.Result::medianMillis));
        rows.accept(row("new connections, p99", "ms", results, Load.Result::slowMillis));
        rows.accept(row("CPU of a connection", "µs", results, Load.Result::cpuMicros));
    }

    private static Map<String, List<Load.Result>> turns(
            Load load, Map<String, Contender> contenders, Effort effort, String options) {
        Map<String, List<Load.Result>> results = new LinkedHashMap<>();
        for (int round = 0; round < effort.trafficRounds(); round++) {
            contenders.forEach((name, contender) -> results.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(load.run(contender.address(), contender.port(), effort.loadSeconds(), options)));
        }
        return results;
    }

    private static Row row(
            String name,
            String unit,
            Map<String, List<Load.Result>> results,
            java.util.function.ToDoubleFunction<Load.Result> figure) {
        Map<String, Samples> values = new LinkedHashMap<>();
        results.forEach((contender, all) ->
                values.put(contender, new Samples(all.stream().mapToDouble(figure).toArray())));
        return Row.of(name, unit, values);
    }

    /** With offloads on, veth gives XDP packets without checksums: there the TC mode is the one to use. */
    private static void bulk(Site site, Map<String, Contender> contenders, Effort effort, Consumer<Row> rows) {
        rows.accept(bulk(site, contenders, effort, "one stream, offloads off"));
        Map<String, Contender> suited = new LinkedHashMap<>(contenders);
        suited.keySet().removeAll(List.of(PASS, WEIR));
        suited.values().forEach(contender -> site.offloads(contender.lane(), true));
        rows.accept(bulk(site, suited, effort, "one stream, offloads on"));
    }

    private static Row bulk(Site site, Map<String, Contender> contenders, Effort effort, String name) {
        Map<String, double[]> rates = new LinkedHashMap<>();
        contenders.keySet().forEach(contender -> rates.put(contender, new double[effort.bulkRounds()]));
        for (int round = 0; round < effort.bulkRounds(); round++) {
            for (Map.Entry<String, Contender> entry : contenders.entrySet()) {
                Contender contender = entry.getValue();
                rates.get(entry.getKey())[round] =
                        Bulk.gigabits(site, contender.bulkAddress(), contender.bulkPort(), effort.loadSeconds());
            }
        }
        Map<String, Samples> values = new LinkedHashMap<>();
        rates.forEach((contender, samples) -> values.put(contender, new Samples(samples)));
        return Row.of(name, "Gb/s", values);
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
