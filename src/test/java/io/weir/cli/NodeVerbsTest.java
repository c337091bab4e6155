package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.admin.Rig;
import io.weir.config.ConfigFile;
import io.weir.engine.DataplaneException;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.stats.DataPathCounts.Place;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
            rig.counted.connections.put(new Place(proxy, index), 40L);
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
                .containsPattern("10.0.0.3:8080 +web +open +0 s +opened by the operator");
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
}
