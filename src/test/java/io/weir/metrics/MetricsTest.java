package io.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.Cluster;
import io.weir.api.ClusterNode;
import io.weir.api.ClusterStatus;
import io.weir.engine.Snapshot;
import io.weir.metrics.Metrics.Format;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.HealthTrack.Status;
import io.weir.policy.VipRole;
import io.weir.stats.CannedLatencies;
import io.weir.testing.CannedCluster;
import io.weir.testing.Counted;
import io.weir.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text over snapshots and counts that are put together by hand. */
class MetricsTest {

    private static final Endpoint ONE = Endpoint.of("10.0.0.1", 8080);
    private static final Endpoint TWO = Endpoint.of("fe80::2%eth0", 8080);
    private static final Endpoint THREE = Endpoint.of("10.0.0.3", 8080);
    private static final String[] ONE_FORWARD = {"target_ip", "10.0.0.1", "target_port", "8080", "direction", "forward"
    };

    private final Counted counted = new Counted();
    private final CheckLatencies checks = new CheckLatencies();
    private Snapshot snapshot = new Snapshots()
            .proxy(1, "web", 1, ONE, TWO)
            .proxy(2, "guarded", 1, ONE)
            .proxyByName(3, "named", Snapshots.HOSTILE)
            .circuits(
                    Map.of(of("guarded", ONE), new Circuit.Open(0, true, 0, "opened"), of("web", ONE), Circuit.CLOSED))
            .conditions(Map.of(of("web", ONE), Status.UNHEALTHY, of("web", TWO), Status.UNKNOWN), Map.of())
            .done();
    private final Reloads reloads = new Reloads(1_000.5);
    private ClusterStatus cluster = Cluster.NONE.status();
    private final Metrics metrics = new Metrics(
            () -> snapshot,
            counted,
            checks,
            CannedLatencies.of(ONE, Duration.ofMillis(3), Duration.ofSeconds(2)),
            _ -> Optional.of(false),
            reloads,
            () -> Map.of("clients", new VipRole.Backup(0)),
            () -> cluster,
            "1.2.3-\"x\\y\"");

    @BeforeEach
    void count() {
        counted.put(1, 3, 10);
        counted.put(2, 0, 0);
        counted.connect(1, 1, 8, 2);
        counted.connect(2, 1, 4, 1);
        checks.add(of("web", ONE), Duration.ofMillis(7));
        checks.add(of("web", ONE), Duration.ofSeconds(20));
    }

    private Exposition read() {
        return Exposition.parse(metrics.text(Format.PROMETHEUS));
    }

    private static ProxyTarget of(String proxy, Endpoint endpoint) {
        return new ProxyTarget(proxy, endpoint);
    }

    @Test
    void every_metric_has_its_name_its_type_and_its_labels() {
        Exposition text = read();
        assertThat(text.types())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("lb_up", "gauge"),
                        Map.entry("lb_info", "gauge"),
                        Map.entry("lb_xdp_mode", "gauge"),
                        Map.entry("lb_vip_role", "gauge"),
                        Map.entry("lb_config_reloads_total", "counter"),
                        Map.entry("lb_config_last_reload_successful", "gauge"),
                        Map.entry("lb_config_last_reload_success_timestamp_seconds", "gauge"),
                        Map.entry("lb_algorithm", "gauge"),
                        Map.entry("lb_dns_resolution_status", "gauge"),
                        Map.entry("lb_connections_active", "gauge"),
                        Map.entry("lb_bytes_total", "counter"),
                        Map.entry("lb_packets_total", "counter"),
                        Map.entry("lb_backend_connections", "gauge"),
                        Map.entry("lb_new_connections_total", "counter"),
                        Map.entry("lb_backend_health", "gauge"),
                        Map.entry("lb_health_check_latency_seconds", "histogram"),
                        Map.entry("lb_backend_latency_seconds", "histogram"),
                        Map.entry("lb_circuit_breaker_state", "gauge"),
                        Map.entry("lb_circuit_breaker_error_rate", "gauge"),
                        Map.entry("lb_verdicts_total", "counter"),
                        Map.entry("lb_table_entries", "gauge"),
                        Map.entry("lb_table_capacity", "gauge"),
                        Map.entry("lb_events_lost_total", "counter"),
                        Map.entry("lb_cluster_up", "gauge")));
        assertThat(text.value("lb_up")).isEqualTo(1);
        assertThat(text.value("lb_algorithm", "algorithm", "weighted-random")).isEqualTo(1);
        assertThat(text.value("lb_algorithm", "algorithm", "least-connections")).isZero();
        assertThat(text.value("lb_xdp_mode", "interface", "eth0", "mode", "tc")).isEqualTo(1);
        assertThat(text.value("lb_xdp_mode", "interface", "eth0", "mode", "native"))
                .isZero();
        assertThat(text.value("lb_vip_role", "instance", "clients", "role", "backup"))
                .isEqualTo(1);
        assertThat(text.value("lb_vip_role", "instance", "clients", "role", "master"))
                .isZero();
        assertThat(text.value("lb_verdicts_total", "verdict", "dropped", "reason", "no_target"))
                .isEqualTo(7);
        assertThat(text.value("lb_verdicts_total", "verdict", "passed", "reason", "not_ip"))
                .isZero();
        assertThat(text.value("lb_table_entries", "table", "flows")).isEqualTo(4);
        assertThat(text.value("lb_table_capacity", "table", "flows")).isEqualTo(200);
        assertThat(text.value("lb_events_lost_total")).isEqualTo(3);
    }

    @Test
    void reloads_are_counted_by_how_they_ended_and_the_last_good_one_has_its_time() {
        assertThat(read().value("lb_config_last_reload_successful")).isEqualTo(1);
        assertThat(read().value("lb_config_last_reload_success_timestamp_seconds"))
                .isEqualTo(1_000.5);

        reloads.add(Reloads.Result.APPLIED, 2_000);
        reloads.add(Reloads.Result.REFUSED, 3_000);

        assertThat(read().value("lb_config_reloads_total", "result", "applied")).isEqualTo(1);
        assertThat(read().value("lb_config_reloads_total", "result", "refused")).isEqualTo(1);
        assertThat(read().value("lb_config_reloads_total", "result", "failed")).isZero();
        assertThat(read().value("lb_config_last_reload_successful")).isZero();
        assertThat(read().value("lb_config_last_reload_success_timestamp_seconds"))
                .isEqualTo(2_000);
    }

    @Test
    void traffic_is_told_of_targets_and_openings_of_a_proxys_targets() {
        Exposition text = read();
        assertThat(text.value("lb_connections_active", "target_ip", "10.0.0.1", "target_port", "8080"))
                .isEqualTo(3);
        assertThat(text.value("lb_packets_total", ONE_FORWARD)).isEqualTo(10);
        assertThat(text.value("lb_bytes_total", ONE_FORWARD)).isEqualTo(1000);
        assertThat(text.value("lb_bytes_total", "target_ip", "10.0.0.1", "target_port", "8080", "direction", "reverse"))
                .isEqualTo(500);
        assertThat(value(text, "lb_new_connections_total", of("web", ONE))).isEqualTo(8);
        assertThat(value(text, "lb_new_connections_total", of("guarded", ONE))).isEqualTo(4);
        assertThat(value(text, "lb_new_connections_total", of("web", TWO))).isZero();
    }

    @Test
    void connections_that_a_target_has_now_are_told_of_each_proxy_they_came_by() {
        Exposition text = read();
        assertThat(value(text, "lb_backend_connections", of("web", ONE))).isEqualTo(2);
        assertThat(value(text, "lb_backend_connections", of("guarded", ONE))).isEqualTo(1);
        assertThat(value(text, "lb_backend_connections", of("web", TWO))).isZero();
    }

    private static double value(Exposition text, String name, ProxyTarget target) {
        return text.value(
                name,
                "proxy_name",
                target.proxy(),
                "target_ip",
                target.endpoint().scopedAddress(),
                "target_port",
                Integer.toString(target.endpoint().port()));
    }

    @Test
    void health_is_the_operators_word_then_the_checks_and_good_until_known() {
        assertThat(value(read(), "lb_backend_health", of("web", ONE))).isZero();
        assertThat(value(read(), "lb_backend_health", of("web", TWO))).isEqualTo(1);

        snapshot = new Snapshots()
                .proxy(1, "web", 1, ONE, TWO)
                .conditions(
                        Map.of(of("web", ONE), Status.UNHEALTHY), Map.of(of("web", ONE), true, of("web", TWO), false))
                .done();
        assertThat(value(read(), "lb_backend_health", of("web", ONE))).isEqualTo(1);
        assertThat(value(read(), "lb_backend_health", of("web", TWO))).isZero();
    }

    @Test
    void circuits_are_told_of_where_there_are_circuit_breakers() {
        assertThat(value(read(), "lb_circuit_breaker_state", of("guarded", ONE)))
                .isEqualTo(2);
        assertThat(value(read(), "lb_circuit_breaker_error_rate", of("guarded", ONE)))
                .isZero();
        assertThat(read().samples())
                .filteredOn(sample -> sample.name().equals("lb_circuit_breaker_state"))
                .extracting(sample -> sample.labels().get("target_ip"))
                .doesNotContain("fe80::2%eth0");
    }

    @Test
    void checks_are_in_the_bucket_of_the_time_they_took() {
        String name = "lb_health_check_latency_seconds";
        assertHistogram(
                name, new String[] {"proxy_name", "web", "target_id", "10.0.0.1:8080"}, "0.005", "0.01", 20.007);

        snapshot = new Snapshots().proxy(1, "web", 2, TWO).done();
        assertThat(read().types()).doesNotContainKey(name);
    }

    @Test
    void answers_to_a_syn_are_in_the_bucket_of_the_time_they_took() {
        assertHistogram(
                "lb_backend_latency_seconds",
                new String[] {"target_ip", "10.0.0.1", "target_port", "8080"},
                "0.0025",
                "0.005",
                2.003);
    }

    /** Of two values, of which one is between these bounds and the other beyond all. */
    private void assertHistogram(String name, String[] labels, String above, String atMost, double sum) {
        Exposition text = read();
        Map.of(above, 0, atMost, 1, "+Inf", 2)
                .forEach((bound, values) -> assertThat(text.value(
                                name + "_bucket",
                                Stream.concat(Stream.of("le", bound), Arrays.stream(labels))
                                        .toArray(String[]::new)))
                        .isEqualTo(values.doubleValue()));
        assertThat(text.value(name + "_count", labels)).isEqualTo(2);
        assertThat(text.value(name + "_sum", labels)).isEqualTo(sum);
    }

    @Test
    void names_with_quotes_backslashes_and_line_breaks_are_read_back_as_they_are() {
        Exposition text = read();
        assertThat(text.value("lb_info", "version", "1.2.3-\"x\\y\"")).isEqualTo(1);
        assertThat(text.value("lb_xdp_mode", "interface", Snapshots.HOSTILE, "mode", "native"))
                .isZero();
        assertThat(text.value("lb_dns_resolution_status", "proxy_name", "named", "hostname", Snapshots.HOSTILE))
                .isZero();
    }

    @Test
    void a_counter_goes_on_when_its_targets_index_is_given_anew() {
        read();
        counted.put(1, 0, 2);
        counted.connect(1, 1, 1, 0);
        assertThat(read().value("lb_packets_total", ONE_FORWARD)).isEqualTo(12);
        assertThat(value(read(), "lb_new_connections_total", of("web", ONE))).isEqualTo(9);

        snapshot = new Snapshots().proxy(1, "web", 1, THREE).done();
        counted.put(1, 0, 5);
        assertThat(read().value(
                                "lb_packets_total",
                                "target_ip",
                                "10.0.0.3",
                                "target_port",
                                "8080",
                                "direction",
                                "forward"))
                .isEqualTo(5);

        snapshot = new Snapshots().proxy(1, "web", 1, THREE, ONE).done();
        counted.put(2, 0, 1);
        assertThat(read().value("lb_packets_total", ONE_FORWARD)).isEqualTo(13);
    }

    @Test
    void a_target_that_left_its_proxy_is_counted_while_it_has_connections() {
        snapshot = new Snapshots().proxy(1, "web", 2, TWO).left(1, ONE).done();
        assertThat(read().value("lb_packets_total", ONE_FORWARD)).isEqualTo(10);
        assertThat(value(read(), "lb_new_connections_total", of("web", ONE))).isEqualTo(8);
    }

    @Test
    void an_open_metrics_text_ends_with_its_mark() {
        String text = metrics.text(Format.OPEN_METRICS);
        assertThat(text).endsWith("# EOF\n");
        Exposition read = Exposition.parse(text);
        assertThat(read.types()).containsEntry("lb_packets", "counter");
        assertThat(read.value("lb_packets_total", ONE_FORWARD)).isEqualTo(10);
    }

    @Test
    void without_a_cluster_there_is_the_number_that_says_so() {
        assertThat(read().value("lb_cluster_up")).isZero();
    }

    @Test
    void a_cluster_is_told_with_its_nodes_what_is_held_ready_and_what_was_refused() {
        cluster = CannedCluster.of(ClusterNode.State.DEAD);
        Exposition text = read();
        assertThat(text.value("lb_cluster_up")).isEqualTo(1);
        assertThat(text.value("lb_cluster_nodes_total", "state", "alive")).isEqualTo(2);
        assertThat(text.value("lb_cluster_nodes_total", "state", "suspected")).isZero();
        assertThat(text.value("lb_cluster_nodes_total", "state", "dead")).isEqualTo(1);
        assertThat(text.value("lb_cluster_conntrack_sync")).isEqualTo(40);
        assertThat(text.value("lb_cluster_in_sync")).isEqualTo(1);
        assertThat(text.value("lb_sync_lag_seconds", "percentile", "50")).isEqualTo(0.002);
        assertThat(text.value("lb_sync_lag_seconds", "percentile", "99")).isEqualTo(0.007);
        assertThat(text.value("lb_unprotected_connections")).isEqualTo(3);
        assertThat(text.value("lb_promoted_connections_total")).isEqualTo(5);
        assertThat(text.value("lb_cluster_refused_total", "reason", "wrong_key"))
                .isEqualTo(2);
        assertThat(text.value("lb_cluster_refused_total", "reason", "replayed")).isZero();
        assertThat(text.value("lb_cluster_gossip_lost_total")).isEqualTo(10);
        Map.of("facts malformed", 7, "facts other_version", 8, "flows malformed", 11, "flows other_version", 12)
                .forEach((about, frames) -> {
                    String[] labels = about.split(" ");
                    assertThat(text.value("lb_cluster_dropped_frames_total", "about", labels[0], "reason", labels[1]))
                            .isEqualTo(frames.doubleValue());
                });
        assertThat(text.types()).containsEntry("lb_cluster_nodes_total", "untyped");
        assertThat(Exposition.parse(metrics.text(Format.OPEN_METRICS)).types())
                .containsEntry("lb_cluster_nodes_total", "unknown");
    }

    @Test
    void each_metric_stands_in_the_readme_and_each_of_the_readme_is_there() throws IOException {
        cluster = CannedCluster.of(ClusterNode.State.ALIVE);
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("\n## Metrics"), readme.indexOf("\n## Admin API"));
        List<String> documented = Pattern.compile("`(lb_[a-z_]+)`")
                .matcher(section.lines()
                        .filter(line -> line.startsWith("| `lb_"))
                        .collect(Collectors.joining("\n")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(read().types()).containsOnlyKeys(documented.toArray(String[]::new));
    }

    @Test
    void promtool_has_nothing_to_find_fault_with(@TempDir Path directory) throws IOException {
        cluster = CannedCluster.of(ClusterNode.State.ALIVE);
        Path file = Files.writeString(directory.resolve("metrics"), metrics.text(Format.PROMETHEUS));
        assertThat(Run.shell("promtool check metrics < " + file)).isEmpty();
    }
}
