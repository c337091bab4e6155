package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.admin.Rig;
import io.weir.api.ClusterNode;
import io.weir.config.ConfigFile;
import io.weir.engine.DataplaneException;
import io.weir.lab.Await;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.testing.CannedCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that talk to a node, against a node whose data path only remembers. */
class NodeVerbsTest {

    private static final String KEY = "not-so-secret";
    private static final Endpoint FIRST = Endpoint.parse("10.0.0.1:8080");

    private final Rig rig = new Rig();
    private final Told appliance = new Told();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        rig.close();
    }

    /** At the node of the rig, unless the environment names another one. */
    private int run(String... arguments) {
        appliance.environment.putIfAbsent("WEIR_URL", rig.admin.url());
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new Cli(appliance, new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    }

    private JsonNode json(String... arguments) throws IOException {
        assertThat(run(arguments)).as(err.toString()).isEqualTo(ExitCode.DONE);
        return Json.read(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void count() {
        int proxy = rig.operations.status().proxies().getFirst().number();
        rig.operations.status().targets().keySet().forEach(index -> {
            rig.counted.put(index, 12, 1000);
            rig.counted.connect(proxy, index, 40, 12);
        });
    }

    @Test
    void status_shows_each_target_with_its_weight_and_the_reason() {
        count();
        rig.operations.health().force("web", FIRST, false);
        rig.operations.circuits().open(Optional.of("web"), Endpoint.parse("10.0.0.3:8080"));

        assertThat(run("status")).isEqualTo(ExitCode.DONE);

        assertThat(out.toString().lines())
                .contains(
                        "INTERFACE  ATTACHED  WHY",
                        "eth0       native    the driver has it",
                        "web",
                        "  TARGET         WEIGHT  NOW  ACTIVE  HEALTH       WHY",
                        "  10.0.0.1:8080      70    0      12  forced down  administratively down",
                        "  10.0.0.2:8080      30  100      12  unknown      took over from disabled",
                        "                                                   targets",
                        "web, clients from 192.168.0.0/16",
                        "NOT PLAINLY FORWARDED  VERDICT  PACKETS",
                        "no_target              dropped        7");
        assertThat(out.toString())
                .startsWith("weir 1.2.3 at " + rig.admin.url() + ", up 0 s\nthe data path holds all that is wanted\n")
                .containsPattern("10.0.0.3:8080 +web +open +0 s +opened by the operator")
                .containsPattern("VRRP INSTANCE +ROLE +SINCE\nclients +master ");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void status_as_json_has_the_names_of_the_api() throws IOException {
        count();
        JsonNode status = json("status", "--json");

        assertThat(status.path("source").asText()).isEqualTo("node");
        assertThat(status.path("node").path("synchronised").asBoolean()).isTrue();
        assertThat(status.path("interfaces").get(0).path("mode").asText()).isEqualTo("native");
        assertThat(status.path("verdicts").get(0).path("reason").asText()).isEqualTo("no_target");
        JsonNode target = status.path("targets").get(0);
        assertThat(target.path("proxy-name").asText()).isEqualTo("web");
        assertThat(target.path("target-id").asText()).isEqualTo("10.0.0.1:8080");
        assertThat(target.path("reason").asText()).isEqualTo("as configured");
        assertThat(target.path("opened").asInt()).isEqualTo(40);
        assertThat(target.path("volume").path("bytes-to-target").asInt()).isEqualTo(100_000);
    }

    @Test
    void without_a_node_status_reads_the_pinned_data_path_and_says_so() throws IOException {
        appliance.files.put("node.edn", node(":port " + closedPort()));
        appliance.environment.put("WEIR_URL", "");

        assertThat(run("status", "-c", "node.edn")).as(err.toString()).isEqualTo(ExitCode.DONE);

        assertThat(out.toString()).contains("TARGET       ACTIVE  CONNECTIONS");
        assertThat(err.toString())
                .startsWith("weir: no node answers; this is what the data path under /sys/fs/bpf/weir says (")
                .contains("connection refused")
                .hasLineCount(1);
    }

    @Test
    void a_file_without_an_admin_api_says_how_to_have_one() {
        appliance.files.put("node.edn", ConfigFile.parse(Rig.WEB, "node.edn"));
        appliance.environment.put("WEIR_URL", "");
        String line =
                "node.edn switches no admin API on: set :admin-api {:enabled true} under :settings, or name a node"
                        + " with --url";

        assertThat(run("ready", "-c", "node.edn")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).isEqualTo("weir: " + line + "\n");
        assertThat(run("connections", "-c", "node.edn")).isEqualTo(ExitCode.DONE);
        assertThat(err.toString()).contains("(" + line + ")");
    }

    @Test
    void a_node_that_was_named_and_does_not_answer_is_exit_code_3() throws IOException {
        String url = "http://127.0.0.1:" + closedPort();
        for (String verb : List.of("status", "ready")) {
            assertThat(run(verb, "--url", url)).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(err.toString())
                    .isEqualTo(
                            "weir: cannot reach the node at " + url + ": connection refused; does 'weir run' run there"
                                    + " with :admin-api {:enabled true}? --url or -c name another one\n");
        }
    }

    @Test
    void what_is_no_weir_is_told_from_one() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var socket = other.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    // the test is over
                }
            });
            String url = "http://127.0.0.1:" + other.getLocalPort();
            assertThat(run("ready", "--url", url)).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(err.toString())
                    .isEqualTo("weir: what answers at " + url
                            + " is no weir (HTTP 200 without JSON): name the node with --url or -c\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8081", "ftp://a", "http://a/api/v1", "http:// a"})
    void an_address_that_is_none_is_bad_usage(String url) {
        assertThat(run("ready", "--url", url)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualTo("weir: '" + url + "' is no address of an admin API: write it as http://127.0.0.1:8081\n");
    }

    @Test
    void ready_tells_scripts_by_its_exit_code() throws IOException {
        assertThat(run("ready")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("ready\n");

        rig.dataplane.refuses = true;
        assertThatThrownBy(() -> rig.operations.enableStatistics(true)).isInstanceOf(DataplaneException.class);

        assertThat(run("ready")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).startsWith("not ready: the data path does not hold all that is wanted yet");
        assertThat(run("ready", "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("\"ready\" : false", "\"why\" : \"the data path");
    }

    @Test
    void a_drain_waits_for_its_last_connection() throws Exception {
        rig.active.set(2);
        Thread ends = Thread.ofVirtual().start(() -> {
            Await.until("the drain is under way", () -> rig.operations.drains().isDraining(FIRST));
            rig.active.set(0);
        });

        assertThat(run("drain", FIRST.toString(), "--wait")).as(err.toString()).isEqualTo(ExitCode.DONE);
        ends.join();

        assertThat(out.toString())
                .startsWith("10.0.0.1:8080 gets no new connections; 2 left\n")
                .containsPattern("10.0.0.1:8080 +web +completed +0 +2 ");
        assertThat(run("undrain", FIRST.toString())).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("10.0.0.1:8080 gets new connections again\n");
        assertThat(run("status")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("as configured").doesNotContain("DRAIN OF", "drained");
    }

    @Test
    void a_drain_that_times_out_or_is_undone_is_exit_code_1() throws Exception {
        rig.active.set(3);
        assertThat(run("drain", FIRST.toString(), "--wait", "--timeout", "1", "--proxy", "web"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).containsPattern("10.0.0.1:8080 +web +timeout +3 +3 ");
        rig.operations.drains().undrain("web", FIRST);

        Thread undoes = Thread.ofVirtual().start(() -> {
            Await.until("the drain is under way", () -> rig.operations.drains().isDraining(FIRST));
            rig.operations.drains().undrain("web", FIRST);
        });
        assertThat(run("drain", FIRST.toString(), "--wait")).isEqualTo(ExitCode.FAILED);
        undoes.join();
        assertThat(out.toString() + err).containsAnyOf("cancelled", "was undone before it was over");
    }

    @Test
    void a_drain_says_whose_connections_are_not_counted_yet() throws Exception {
        rig.waitFor(new NodeId("lb-2"), new NodeId("lb-3"));
        assertThat(run("drain", FIRST.toString())).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .containsPattern("10.0.0.1:8080 +web +draining +0 +0 ")
                .endsWith("\nwithout connections at lb-2, lb-3, which are not counted yet\n");

        assertThat(run("undrain", FIRST.toString())).isEqualTo(ExitCode.DONE);
        assertThat(run("drain", FIRST.toString(), "--wait", "--timeout", "1")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString())
                .startsWith("10.0.0.1:8080 gets no new connections; 0 left, and those at lb-2, lb-3, which are being"
                        + " counted\n")
                .containsPattern("web +timeout +0 ")
                .endsWith("\nwithout connections at lb-2, lb-3, which are not counted yet\n");
    }

    @Test
    void without_wait_a_drain_is_told_and_goes_on() throws IOException {
        rig.active.set(1);
        JsonNode drains = json("drain", FIRST.toString(), "--timeout", "90", "--json");

        assertThat(drains.get(0).path("status").asText()).isEqualTo("draining");
        assertThat(drains.get(0).path("timeout-ms").asInt()).isEqualTo(90_000);
        assertThat(run("status")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).containsPattern("10.0.0.1:8080 +web +draining +1 +1 +0 s +1 min 30 s");
        assertThat(run("drain", FIRST.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).startsWith("weir: 10.0.0.1:8080 of proxy 'web': ");
    }

    @Test
    void health_is_shown_forced_and_checked() throws IOException {
        assertThat(run("health", "web", FIRST.toString(), "--force", "unhealthy"))
                .isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .containsExactly(
                        "web",
                        "  TARGET         HEALTH   SINCE  FORCED  LAST ERROR",
                        "  10.0.0.1:8080  unknown  -      down    -");
        assertThat(json("health", "web", FIRST.toString(), "--json")
                        .get(0)
                        .path("forced")
                        .asBoolean(true))
                .isFalse();
        assertThat(run("health", "web", FIRST.toString(), "--force", "auto")).isEqualTo(ExitCode.DONE);
        assertThat(json("health", "--json")
                        .get(0)
                        .path("effective-weights")
                        .get(0)
                        .asInt())
                .isEqualTo(70);
        assertThat(run("health", "web", FIRST.toString(), "--check")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("passed in 3.0 ms: connected\n");
    }

    @Test
    void where_nodes_divide_the_checks_health_says_who_checks_a_target() {
        rig.elsewhere.put(new ProxyTarget("web", FIRST), Set.of(new NodeId("lb-2"), new NodeId("lb-3")));

        assertThat(run("health", "web", FIRST.toString())).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .containsExactly(
                        "web",
                        "  TARGET         HEALTH   SINCE  FORCED  CHECKED BY  LAST ERROR",
                        "  10.0.0.1:8080  unknown  -      -       lb-2, lb-3  -");
    }

    @Test
    void connections_are_filtered_by_the_node_and_taken_page_by_page() throws IOException {
        rig.flows.add(1250);

        assertThat(json("connections", "--json", "--limit", "1200")).hasSize(1200);
        assertThat(run("connections", "--target", "10.0.0.1:8080", "--proxy", "web", "--limit", "2"))
                .isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .containsPattern("^PROTO +CLIENT +PROXY +TARGET +STATE +AGE s +IDLE s +TO +FROM\\n"
                        + "(tcp +198\\.51\\.10\\S+:40000 +web +10.0.0.1:8080 +established +2 +1 +100 +200\\n){2}"
                        + "the first 2; --limit shows more\\n$");
        assertThat(run("connections", "--client", "203.0.113.0/24")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines()).hasSize(1);
    }

    @Test
    void top_elsewhere_than_in_a_terminal_prints_pages_and_ends() throws IOException {
        count();
        assertThat(run("top", "-n", "2", "--interval", "0.1")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .startsWith("weir at " + rig.admin.url()
                        + ", by new\n0 new/s, 36 active, 0 B/s to targets, 0 B/s from them\n\n")
                .doesNotContain("\u001b");
        assertThat(out.toString().lines())
                .filteredOn(line -> line.startsWith("PROXY  TARGET"))
                .hasSize(2);
        assertThat(run("top", "--json", "--interval", "0.1", "--sort", "target"))
                .isEqualTo(ExitCode.DONE);
        JsonNode frame = Json.read(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(frame.path("targets").findValuesAsText("target-id"))
                .containsExactly("10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080");
        assertThat(frame.path("targets").get(0).path("active").asInt()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "drain 10.0.0.9 | 2 | '10.0.0.9' is no endpoint: write 10.0.0.1:80 or [2001:db8::1]:80; 'weir status' lists the targets",
                "drain 10.0.0.1:8080 --timeout 0 | 2 | --timeout is 1 to 3600 seconds, not 0",
                "drain | 2 | Missing required parameter: 'TARGET': see 'weir --help'",
                "drain 10.0.0.1:8081 | 1 | no proxy has the target 10.0.0.1:8081; the nearest known one is 10.0.0.1:8080",
                "drain 10.0.0.1:8080 --proxy wbe | 1 | there is no proxy 'wbe'; the nearest known one is web",
                "drain [fe80::1%eth0]:8080 | 1 | no proxy has the target [fe80::1%eth0]:8080; the nearest known one is 10.0.0.1:8080",
                "undrain 10.0.0.1:8080 | 1 | 10.0.0.1:8080 of proxy 'web' is not drained",
                "undrain [fe80::1%eth0]:8080 | 1 | no proxy has the target [fe80::1%eth0]:8080; the nearest known one is 10.0.0.1:8080",
                "health wbe | 1 | there is no proxy 'wbe'; the nearest known one is web",
                "health web 10.0.0.1:8081 | 1 | proxy 'web' has no target 10.0.0.1:8081; the nearest known one is 10.0.0.1:8080",
                "health web --check | 2 | --check is for one target: name its proxy and its address",
                "health web 10.0.0.1:8080 --force ill | 2 | --force is healthy, unhealthy or auto, not 'ill'",
            })
    void what_cannot_be_done_says_what_to_do(String arguments, int exitCode, String line) {
        assertThat(run(arguments.split(" "))).isEqualTo(exitCode);
        assertThat(err.toString()).isEqualTo("weir: " + line + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_key_is_taken_from_the_option_the_environment_or_the_nodes_file() throws IOException {
        Path file = directory.resolve("key");
        Files.writeString(file, KEY + "\n");
        try (Rig guarded = new Rig(Rig.settings(Optional.of(KEY)))) {
            appliance.environment.put("WEIR_URL", guarded.admin.url());
            assertThat(run("status")).isEqualTo(ExitCode.UNSUPPORTED);
            assertThat(err.toString())
                    .isEqualTo("weir: the node at " + guarded.admin.url()
                            + " wants a key: name its file with --key-file, or its configuration with -c\n");
            assertThat(run("ready")).isEqualTo(ExitCode.DONE);

            assertThat(run("status", "--key-file", file.toString())).isEqualTo(ExitCode.DONE);
            appliance.environment.put("WEIR_KEY", KEY);
            assertThat(run("status")).isEqualTo(ExitCode.DONE);
            appliance.environment.put("WEIR_KEY_FILE", directory.resolve("none").toString());
            assertThat(run("status")).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString()).contains("none cannot be read: it does not exist; name another one");
            appliance.environment.keySet().retainAll(List.of("WEIR_URL"));
            appliance.files.put("node.edn", node(":api-key-file \"" + file + "\""));
            assertThat(run("status", "-c", "node.edn")).isEqualTo(ExitCode.DONE);
        }
    }

    @Test
    void reload_asks_the_node_and_shows_what_has_changed() throws IOException {
        assertThat(run("reload")).as(err.toString()).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("settings.on-stop: :keep -> none (needs a restart)\n");

        JsonNode change = json("reload", "--json").path("changes").get(0);
        assertThat(change.path("path").asText()).isEqualTo("settings.on-stop");
        assertThat(change.path("before").asText()).isEqualTo(":keep");
        assertThat(change.path("after").isNull()).isTrue();
        assertThat(change.path("needs-restart").asBoolean()).isTrue();
    }

    @Test
    void reload_asks_by_signal_where_no_node_answers_or_the_pin_path_is_named() throws IOException {
        appliance.files.put("node.edn", node(":port " + closedPort()));
        appliance.environment.put("WEIR_URL", "");
        assertThat(run("reload", "-c", "node.edn")).as(err.toString()).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .isEqualTo(
                        "settings.udp-timeout-sec: 60 -> 30\nsettings.max-connections: 10 -> 20 (needs a restart)\n");
        assertThat(err.toString()).isEmpty();

        assertThat(run("reload", "--pin-path", "/none")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).isEqualTo("weir: no weir runs on /none\n");
    }

    @Test
    void check_says_what_a_reload_would_change_of_the_node_that_runs() throws IOException {
        appliance.files.put(
                "other.edn", ConfigFile.parse(Rig.WEB.replace("70", "60").replace("30", "40"), "other.edn"));

        assertThat(run("check", "-c", "other.edn", "--diff")).as(err.toString()).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines().skip(1).filter(line -> !line.startsWith("warning")))
                .containsExactly(
                        "proxies[web].default-target[10.0.0.1:8080].weight: 70 -> 60",
                        "proxies[web].default-target[10.0.0.2:8080].weight: 30 -> 40");

        JsonNode changes = json("check", "-c", "other.edn", "--diff", "--json").path("changes");
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).path("after").asText()).isEqualTo("40");

        appliance.files.put("same.edn", ConfigFile.parse(Rig.WEB, "same.edn"));
        assertThat(run("check", "-c", "same.edn", "--diff")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).endsWith("nothing has changed\n");
    }

    @Test
    void check_asks_no_node_without_diff_and_says_when_none_runs_with_it() throws IOException {
        String nowhere = "http://127.0.0.1:" + closedPort();
        appliance.environment.put("WEIR_URL", nowhere);
        assertThat(run("check", "-c", "any.edn")).isEqualTo(ExitCode.DONE);
        assertThat(run("check", "-c", "any.edn", "--diff")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run("check", "-c", "any.edn", "--json")).isEqualTo(ExitCode.USAGE);
        assertThat(run("check", "-c", "wrong.edn", "--diff")).isEqualTo(ExitCode.USAGE);
    }

    private static Desired node(String adminApi) {
        String settings = " :settings {:admin-api {:enabled true " + adminApi + "}}}";
        return ConfigFile.parse(Rig.WEB.strip().replaceFirst("}$", settings), "node.edn");
    }

    /** Nobody listens there, for as long as the test takes. */
    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void a_node_without_a_cluster_says_how_to_have_one() {
        assertThat(run("cluster")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .isEqualTo("the node has no cluster: write :cluster {:enabled true} under :settings, and restart it\n");
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).startsWith("weir: this node is in no cluster: write :cluster {:enabled true}");
        assertThat(run("cluster", "stauts")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo("weir: 'weir cluster' takes status, nodes or sync, not 'stauts'\n");
    }

    @Test
    void a_cluster_is_shown_with_its_nodes_and_synchronised() throws IOException {
        rig.cluster.join();
        assertThat(run("cluster", "status")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .contains(
                        "lb-1 at 10.0.0.1:7946, 3 alive in the cluster",
                        "insecure: whoever reaches the port can join; write a :keyring-file",
                        "own, unprotected         3",
                        "of lb-2, held ready     40",
                        "taken over               5",
                        "lag p99, ms            7.0",
                        "wrong_key             2");
        assertThat(run("cluster", "nodes")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .containsExactly(
                        "NODE  STATE  SINCE       ADDRESS        SHADOWS  IN SYNC",
                        "lb-1  alive  1 min 30 s  10.0.0.1:7946        -  this node",
                        "lb-2  alive  1 min 30 s  10.0.0.2:7946       40  yes",
                        "lb-3  alive  1 min 30 s  10.0.0.3:7946        0  no");
        assertThat(json("cluster", "nodes", "--json").at("/lb-2/state").asText())
                .isEqualTo("alive");
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("facts and connections compared: in sync with lb-2, lb-3\n");

        rig.cluster.fallBehind(CannedCluster.PEER);
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("not in sync after 20 s with lb-2");
        rig.cluster.fallBehind();
        rig.cluster.lose(CannedCluster.THIRD);
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("in sync with lb-2; gone meanwhile: lb-3");
    }

    @Test
    void a_cluster_is_not_synchronised_while_a_peer_is_dead_and_is_without_one_that_left() {
        rig.cluster.become(CannedCluster.of(ClusterNode.State.DEAD));
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEqualTo("facts and connections compared: in sync with lb-2; dead: lb-3\n");

        rig.cluster.become(CannedCluster.of(ClusterNode.State.LEFT));
        assertThat(run("cluster", "sync")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("facts and connections compared: in sync with lb-2\n");
    }

    @ParameterizedTest
    @CsvSource({"DEAD, 1, ; dead: lb-2", "LEFT, 0, ''"})
    void a_node_whose_only_peer_is_dead_is_not_synchronised_and_one_whose_peer_left_is(
            ClusterNode.State state, int exitCode, String dead) {
        rig.cluster.become(CannedCluster.ofTwo(state));
        assertThat(run("cluster", "sync")).isEqualTo(exitCode);
        assertThat(out.toString())
                .isEqualTo("no peer is alive, so there is nothing to compare" + dead
                        + "; 'weir cluster nodes' names those that were met\n");
    }
}
