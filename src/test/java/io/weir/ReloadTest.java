package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.Cluster;
import io.weir.api.Operations;
import io.weir.api.Probes;
import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.engine.DataplaneException;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Snapshot;
import io.weir.engine.Tallies;
import io.weir.engine.Write;
import io.weir.metrics.CheckLatencies;
import io.weir.metrics.Metrics;
import io.weir.metrics.Metrics.Format;
import io.weir.metrics.MetricsServer;
import io.weir.metrics.Reloads;
import io.weir.model.Change;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.stats.Latencies;
import io.weir.testing.Counted;
import io.weir.testing.MemoryDataplane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is read again, over an engine and a data path that only remembers. */
class ReloadTest {

    private static final String WEB = """
            {:name "web" :listen {:interfaces ["eth0"] :address "192.0.2.80" :port 80}
             :default-target [{:ip "10.0.0.1" :port 8080 :weight 50} {:ip "10.0.0.2" :port 8080 :weight 50}]}
            """;

    @TempDir
    private Path directory;

    private final MemoryDataplane dataplane = new MemoryDataplane();
    private final Engine engine = new Engine(dataplane, index -> 0, Tallies.NONE).start();
    private final Operations operations = Operations.over(engine, new NoProbes());
    private final Reloads counts = new Reloads(0);
    private final Metrics metrics = new Metrics(
            engine::snapshot,
            new Counted(),
            new CheckLatencies(),
            new Latencies(),
            _ -> Optional.empty(),
            counts,
            Map::of,
            Cluster.NONE::status,
            "1");
    private final List<ControlPlane.Metrics> opened = new ArrayList<>();
    private final Servers servers = new Servers(
            _ -> {
                throw new AssertionError("no admin API is wanted");
            },
            this::open);
    private Reload reload;
    private Path file;

    private MetricsServer open(ControlPlane.Metrics settings) {
        opened.add(settings);
        return MetricsServer.start(settings, metrics);
    }

    private record NoProbes() implements Probes {
        @Override
        public List<io.weir.model.IpAddress> resolve(String host) {
            return List.of();
        }

        @Override
        public Optional<java.util.concurrent.CompletionStage<io.weir.probe.CheckResult>> checkNow(ProxyTarget target) {
            return Optional.empty();
        }

        @Override
        public java.util.Collection<io.weir.probe.NameStatus> names() {
            return List.of();
        }

        @Override
        public Optional<java.util.concurrent.CompletionStage<io.weir.probe.NameStatus>> resolveNow(String host) {
            return Optional.empty();
        }
    }

    private Supplier<PeerKeys> keys = () -> PeerKeys.NONE;

    @BeforeEach
    void run() {
        file = directory.resolve("weir.edn");
        reload = new Reload(
                operations,
                hosts -> hosts.stream().filter(host -> host.startsWith("no")).collect(Collectors.toSet()),
                _ -> keys.get(),
                servers,
                counts,
                ReloadRecord.open(directory.resolve("record")));
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        engine.tell(new Event.PathsChanged(Map.of()));
        Desired desired = ConfigFile.load(write(WEB, ""));
        operations.apply(desired);
        servers.start(desired.settings().control());
        dataplane.writes.clear();
    }

    @AfterEach
    void close() {
        servers.close();
        operations.close();
    }

    private Path write(String proxies, String settings) {
        try {
            return Files.writeString(file, "{:proxies [" + proxies + "]\n :settings {" + settings + "}}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Change> reload() {
        return reload.run("test", new ConfigSource(file, false)::read);
    }

    private List<String> lines() {
        return reload().stream().map(Change::line).toList();
    }

    private String count(Reloads.Result result) {
        return metrics.text(Format.PROMETHEUS)
                .lines()
                .filter(line -> line.startsWith("lb_config_reloads_total{result=\"" + result.word()))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.joining());
    }

    private Snapshot snapshot() {
        return operations.status();
    }

    @Test
    void an_unchanged_file_writes_nothing() {
        assertThat(reload()).isEmpty();
        assertThat(dataplane.writes).isEmpty();
        assertThat(count(Reloads.Result.UNCHANGED)).isEqualTo("1");
    }

    @Test
    void what_has_changed_is_said_value_by_value_and_is_in_the_data_path() {
        write(WEB.replaceAll(":weight 50", ":weight 30").replaceFirst("30", "70"), ":udp-timeout-sec 20");

        assertThat(lines())
                .containsExactly(
                        "proxies[web].default-target[10.0.0.1:8080].weight: 50 -> 70",
                        "proxies[web].default-target[10.0.0.2:8080].weight: 50 -> 30",
                        "settings.udp-timeout-sec: 60 -> 20");

        assertThat(snapshot().synchronised()).isTrue();
        assertThat(snapshot().proxy("web").orElseThrow().targets())
                .extracting(Snapshot.TargetStatus::weight)
                .containsExactly(70, 30);
        assertThat(count(Reloads.Result.APPLIED)).isEqualTo("1");
    }

    @Test
    void a_rate_limit_of_the_file_is_in_the_data_path_and_a_wrong_one_changes_nothing() {
        write(WEB, ":rate-limits {:per-source {:requests-per-sec 10 :burst 20}}");

        assertThat(lines()).singleElement().asString().startsWith("settings.rate-limits");

        RateLimits wanted = RateLimits.ofSources(new Rate(10, 20));
        assertThat(writtenLimits()).containsExactly(wanted);

        write(WEB, ":rate-limits {:per-source {:requests-per-sec 10 :burst 0}}");
        assertThatThrownBy(this::reload)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("weir.edn:4: settings.rate-limits.per-source.burst: ");
        assertThat(writtenLimits()).containsExactly(wanted);

        write(WEB, "");
        reload();
        assertThat(writtenLimits()).containsExactly(wanted, RateLimits.NONE);
    }

    private List<RateLimits> writtenLimits() {
        return dataplane.writes.stream()
                .flatMap(write -> write instanceof Write.PutParameters put
                        ? Stream.of(put.parameters().limits())
                        : Stream.of())
                .toList();
    }

    @Test
    void a_bad_file_changes_nothing_and_says_all_that_is_wrong_with_path_and_line() {
        Snapshot before = snapshot();
        write(WEB.replaceFirst(":weight 50", ":weight 60"), ":udp-timeout-sec 0 :max-conections 5");

        assertThatThrownBy(this::reload)
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.lines())
                                .hasSize(3)
                                .anySatisfy(line -> assertThat(line)
                                        .contains("weir.edn:2: proxies[0].default-target: ")
                                        .contains("110"))
                                .anySatisfy(line -> assertThat(line).contains("weir.edn:4: settings.udp-timeout-sec: "))
                                .anySatisfy(line -> assertThat(line).contains("max-connections")));

        assertThat(snapshot()).isSameAs(before);
        assertThat(dataplane.writes).isEmpty();
        assertThat(count(Reloads.Result.REFUSED)).isEqualTo("1");
        assertThat(metrics.text(Format.PROMETHEUS)).contains("lb_config_last_reload_successful 0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "settings.max-connections | :max-connections 500",
                "settings.pin-path        | :pin-path \"/sys/fs/bpf/other\"",
                "settings.route-localnet  | :route-localnet true",
                "settings.dns-cache-path  | :dns-cache-path \"/var/cache/names\"",
                "settings.admin-api.enabled | :admin-api {:enabled true}"
            })
    void what_needs_a_restart_is_refused_by_name_and_nothing_else_of_the_file_is_taken(String path, String setting) {
        write(WEB, ":udp-timeout-sec 20 " + setting);

        assertThatThrownBy(this::reload)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("weir.edn:4: " + path + ": cannot change while weir runs");

        assertThat(dataplane.writes).isEmpty();
        assertThat(snapshot().settings().orElseThrow().timeouts().udp()).hasSeconds(60);
    }

    @Test
    void a_new_name_that_nobody_knows_is_refused_where_it_stands() {
        write(WEB + """
                {:name "named" :listen {:interfaces ["eth0"] :port 81}
                 :default-target {:host "nowhere.example" :port 80}}""", "");

        assertThatThrownBy(this::reload)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "weir.edn:4: proxies[1].default-target[0].host: no address is known for nowhere.example");
        assertThat(snapshot().proxies()).hasSize(1);
    }

    @Test
    void what_the_data_path_refuses_is_taken_back_with_all_else() throws Exception {
        int port = freePort();
        write(WEB.replaceAll("10.0.0.2", "10.0.0.3"), ":metrics {:enabled true :port " + port + "}");
        dataplane.refuses = true;

        assertThatThrownBy(this::reload).isInstanceOf(DataplaneException.class);

        assertThat(snapshot().proxy("web").orElseThrow().endpoints())
                .containsExactly(Endpoint.parse("10.0.0.1:8080"), Endpoint.parse("10.0.0.2:8080"));
        assertThat(snapshot().settings().orElseThrow().control().metrics().enabled())
                .isFalse();
        assertThat(opened).hasSize(1);
        new java.net.ServerSocket(port).close(); // nobody listens
        assertThat(count(Reloads.Result.FAILED)).isEqualTo("1");
        dataplane.refuses = false;

        assertThat(reload()).isNotEmpty();
        assertThat(snapshot().proxy("web").orElseThrow().endpoints()).contains(Endpoint.parse("10.0.0.3:8080"));
    }

    @Test
    void the_metrics_go_where_the_file_says_and_stay_when_that_port_is_taken() throws Exception {
        int first = freePort();
        write(WEB, ":metrics {:enabled true :port " + first + "}");
        reload();
        assertThat(read("http://127.0.0.1:" + first + "/metrics")).contains("lb_up 1\n");

        write(WEB, ":metrics {:enabled true :path \"/m\" :port " + first + "}");
        reload();
        assertThat(read("http://127.0.0.1:" + first + "/m")).contains("lb_up 1\n");

        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            write(WEB, ":udp-timeout-sec 20 :metrics {:enabled true :port " + taken.getLocalPort() + "}");
            assertThatThrownBy(this::reload).hasMessageContaining("cannot be listened for");
        }
        assertThat(read("http://127.0.0.1:" + first + "/m")).contains("lb_up 1\n");
        assertThat(snapshot().settings().orElseThrow().timeouts().udp()).hasSeconds(60);

        write(WEB, "");
        reload();
        new java.net.ServerSocket(first).close(); // nobody listens
    }

    @Test
    void what_was_changed_beside_the_file_is_undone_and_said_but_drains_and_declared_health_stay() {
        ProxyTarget drained = new ProxyTarget("web", Endpoint.parse("10.0.0.1:8080"));
        operations
                .proxies()
                .add(ConfigFile.parse(
                                "{:proxies [" + WEB.replaceAll("web", "api").replaceAll(".80\"", ".81\"") + "]}", "api")
                        .proxies()
                        .getFirst());
        operations.enableStatistics(true);
        operations.drains().start(drained.proxy(), drained.endpoint());
        operations.health().force(drained.proxy(), Endpoint.parse("10.0.0.2:8080"), false);

        assertThat(lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("proxies[api]: {:name \"api\"")
                        .endsWith("-> none"))
                .contains("settings.stats-enabled: true -> false");

        assertThat(snapshot().proxies()).hasSize(1);
        assertThat(snapshot().conditions().isDrained(drained)).isTrue();
        assertThat(snapshot().conditions().forced()).hasSize(1);
    }

    @Test
    void a_flag_holds_whatever_the_file_says() {
        operations.enableStatistics(true);

        assertThat(reload.run("test", new ConfigSource(file, true)::read)).isEmpty();

        assertThat(snapshot().settings().orElseThrow().statsEnabled()).isTrue();
    }

    @Test
    void the_record_tells_whoever_asks_how_the_last_one_ended() {
        Path record = directory.resolve("record");
        assertThat(ReloadRecord.read(record)).isEmpty();
        reload();
        write("{:name", "");
        assertThatThrownBy(this::reload).isInstanceOf(ConfigException.class);

        ReloadRecord.Entry entry = ReloadRecord.read(record).orElseThrow();

        assertThat(entry.number()).isEqualTo(2);
        assertThat(entry.result()).contains(Reloads.Result.REFUSED);
        assertThat(entry.lines()).isNotEmpty().allMatch(line -> line.contains("weir.edn:"));
        ReloadRecord.open(record).begin();
        assertThat(ReloadRecord.read(record)).contains(new ReloadRecord.Entry(3, Optional.empty(), List.of()));
    }

    @Test
    void keys_for_peers_that_are_no_good_refuse_it_and_good_ones_are_taken_when_all_else_is_done() {
        List<String> taken = new ArrayList<>();
        keys = () -> new PeerKeys(Optional.empty(), () -> taken.add("keys"));
        reload();
        assertThat(taken).containsExactly("keys");
        keys = () -> {
            throw new IllegalStateException("the keyring F is open to everyone");
        };
        assertThatThrownBy(this::reload).hasMessageContaining("open to everyone");
        assertThat(taken).hasSize(1);
    }

    @Test
    void other_keys_for_peers_are_a_change() {
        reload();
        Change other = new Change("settings.cluster.keyring", Optional.of("1"), Optional.of("1, 2"), false);
        keys = () -> new PeerKeys(Optional.of(other), () -> {});
        assertThat(reload()).containsExactly(other);
        keys = () -> PeerKeys.NONE;
        assertThat(reload()).isEmpty();
    }

    @Test
    void the_record_keeps_changes_and_what_runs_now() {
        Path record = directory.resolve("record");
        write(WEB, ":udp-timeout-sec 20 :reply-interfaces [\"eth0\"]");

        List<Change> changes = reload();

        assertThat(ReloadRecord.read(record).orElseThrow().changes()).hasSize(2).isEqualTo(changes);
        assertThat(ConfigFile.load(ReloadRecord.configuration(record))).isEqualTo(ConfigFile.load(file));
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String read(String url) throws IOException, InterruptedException {
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            return client.send(
                            java.net.http.HttpRequest.newBuilder(java.net.URI.create(url))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
