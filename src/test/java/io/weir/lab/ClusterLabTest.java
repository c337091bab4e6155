package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two nodes on one switch with a client and a server. The VIP and the servers' gateway are moved by hand. */
@LabTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLabTest {

    private static final String VIP = "192.0.2.80";
    private static final String GATEWAY = "10.80.0.1";
    private static final String SERVER = "10.80.0.11";
    /** As configured where nothing is said. */
    private static final Duration PUSH_PULL = Duration.ofSeconds(10);

    /** Nothing that nodes tell each other passes. */
    private static final String SILENCE = """
            table inet silence {
                chain in { type filter hook input priority 0; tcp dport 7946 drop; tcp sport 7946 drop; }
                chain out { type filter hook output priority 0; tcp dport 7946 drop; tcp sport 7946 drop; }
            }""";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Lab lab;
    private static Host client;
    private static Host server;
    private static List<Host> nodes;
    private static List<Program> running;
    private static Path keyring;

    @BeforeAll
    static void start() {
        lab = new Lab();
        Host fabric = lab.host("switch");
        fabric.run("ip link add fabric type bridge && ip link set fabric up");
        client = port(fabric, "client", "192.0.2.10/24");
        client.defaultRoute("192.0.2.1");
        server = port(fabric, "web1", SERVER + "/24");
        server.defaultRoute(GATEWAY);
        nodes = List.of(
                port(fabric, "lb1", "192.0.2.1/24", "10.80.0.2/24"),
                port(fabric, "lb2", "192.0.2.2/24", "10.80.0.3/24"));
        nodes.forEach(node -> {
            node.forward();
            node.run("sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0");
        });
        Backend.start(server, "web1", 8080);
        take(node(1));
        keyring = keyring();
        List<Program> begun = IntStream.of(1, 2).mapToObj(ClusterLabTest::begin).toList();
        begun.forEach(program -> program.await(line -> line.contains(" ready: ")));
        running = new ArrayList<>(begun);
    }

    private static Program begin(int number) {
        return begin(number, config(number));
    }

    private static Program begin(int number, String config) {
        return new Weir(node(number), "lb-" + number).begin(config);
    }

    private static void startAgain(int number) {
        startAgain(number, config(number));
    }

    private static void startAgain(int number, String config) {
        Program program = begin(number, config);
        program.await(line -> line.contains(" ready: "));
        running.set(number - 1, program);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    private static Host port(Host fabric, String role, String... addresses) {
        Host host = lab.host(role);
        lab.link(fabric, role, host, "eth0").withoutOffloads();
        fabric.run("ip link set " + role + " master fabric");
        host.address("eth0", addresses);
        return host;
    }

    private static Path keyring() {
        try {
            Path file = lab.write("keyring", "0123456789abcdef".repeat(4) + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String config(int number) {
        return """
                {:proxies [{:name "web" :listen {:interfaces ["eth0"] :address "%s" :port 80}
                            :default-target {:ip "%s" :port 8080}}]
                 :settings {:pin-path "%s" :xdp-mode :tc :on-stop :detach :max-connections 1000
                            :closing-timeout-sec 1
                            :admin-api {:enabled true}
                            :cluster {:enabled true :node-id "lb-%d" :bind-address "192.0.2.%4$d"
                                      :seeds ["192.0.2.%d:7946"] :keyring-file "%s"
                                      :ping-interval-ms 200 :ping-timeout-ms 100}}}
                """.formatted(VIP, SERVER, lab.pins("lb-" + number), number, 3 - number, keyring);
    }

    private static Host node(int number) {
        return nodes.get(number - 1);
    }

    /** Gives a node the VIP and the servers' gateway, as VRRP would. */
    private static void take(Host node) {
        node.address("eth0", VIP + "/32", GATEWAY + "/24");
        lead(node);
    }

    /** Both sides send to a node from now on. */
    private static void lead(Host node) {
        String mac = node.run("ip -o link show dev eth0 | sed 's/.*ether \\([^ ]*\\).*/\\1/'")
                .strip();
        client.run("ip neigh replace " + VIP + " lladdr " + mac + " dev eth0");
        server.run("ip neigh replace " + GATEWAY + " lladdr " + mac + " dev eth0");
    }

    private static JsonNode get(int node, String path) {
        return ask(node, "", path);
    }

    private static JsonNode ask(int node, String options, String path) {
        try {
            return JSON.readTree(node(node).run("curl -s " + options + " http://127.0.0.1:8081/api/v1/" + path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    @Order(1)
    void the_nodes_find_each_other_and_are_ready_and_in_sync() {
        for (int number : List.of(1, 2)) {
            String peer = "/lb-" + (3 - number);
            Await.until(
                    "lb-" + number + " is in sync with its peer",
                    () -> get(number, "cluster/nodes").at(peer + "/in-sync").asBoolean());
            assertThat(get(number, "cluster/nodes").at(peer + "/state").asText())
                    .isEqualTo("alive");
            assertThat(get(number, "cluster/status").path("cluster-size").asInt())
                    .isEqualTo(2);
            Await.until(
                    "it is ready",
                    () -> node(number)
                            .run("curl -s http://127.0.0.1:8081/ready")
                            .contains("\"ready\":true"));
        }
        assertThat(ask(1, "-X POST", "cluster/sync").path("message").asText())
                .isEqualTo("facts and connections compared: in sync with lb-2");
    }

    @Test
    @Order(2)
    void a_drain_of_one_is_a_drain_of_the_other_and_ends_as_it_does() {
        String target = SERVER + ":8080";
        drain(1, target);
        Await.until("the other drains too", () -> drained(2, target));
        ask(1, "-X DELETE", "drains/" + target);
        Await.until("the other serves again", () -> !drained(2, target));
    }

    private static void drain(int node, String target) {
        ask(node, "-H 'Content-Type: application/json' -d '{\"target\": \"" + target + "\"}'", "drains");
    }

    private static boolean drained(int node, String target) {
        return get(node, "health").findValuesAsText("reason").stream().anyMatch("drained"::equals)
                || get(node, "drains")
                        .valueStream()
                        .anyMatch(drain -> drain.path("target-id").asText().equals(target)
                                && !drain.path("status").asText().equals("cancelled"));
    }

    @Test
    @Order(3)
    void parted_nodes_both_serve_and_agree_again_within_two_exchanges_when_they_meet() throws Exception {
        String target = SERVER + ":8080";
        node(1).run("nft '" + SILENCE + "'");
        for (int number : List.of(1, 2)) {
            Await.until(
                    "lb-" + number + " takes its peer for dead",
                    () -> get(number, "cluster/nodes")
                            .at("/lb-" + (3 - number) + "/state")
                            .asText()
                            .equals("dead"));
        }
        try (Conversation first = Conversation.tcp(client, VIP, 80)) {
            assertThat(first.ask()).isEqualTo("web1");
            lead(node(2));
            try (Conversation second = Conversation.tcp(client, VIP, 80)) {
                assertThat(second.ask()).isEqualTo("web1");
                drain(1, target);
                assertThat(drained(2, target)).isFalse();

                long begun = System.nanoTime();
                node(1).run("nft delete table inet silence");
                Await.until("connections agree again", () -> IntStream.of(1, 2).allMatch(ClusterLabTest::agrees));
                Await.until("facts agree again", () -> drained(2, target));
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                Proof.say("parted nodes agree %d ms after they can meet", took.toMillis());
                assertThat(took).isLessThanOrEqualTo(PUSH_PULL.multipliedBy(2));
                assertThat(second.ask()).isEqualTo("web1");
            }
            lead(node(1));
            assertThat(first.ask()).isEqualTo("web1");
        }
        ask(2, "-X DELETE", "drains/" + target);
        Await.until("both serve again", () -> !drained(1, target) && !drained(2, target));
    }

    /** Its peer's connection is held ready, and all is known. */
    private static boolean agrees(int node) {
        JsonNode sync = get(node, "cluster/sync");
        return sync.path("in-sync").asBoolean()
                && sync.at("/peers/lb-" + (3 - node) + "/shadows").asLong() == 1;
    }

    @Test
    @Order(4)
    @Tag("slow")
    void what_is_held_of_a_node_that_comes_back_and_shares_no_connections_is_forgotten() throws Exception {
        String keeping = config(1).replace(":on-stop :detach", ":on-stop :keep");
        assertThat(new Weir(node(1), "lb-1").reload(keeping).status()).isZero();
        try (Conversation conversation = Conversation.tcp(client, VIP, 80)) {
            assertThat(conversation.ask()).isEqualTo("web1");
            Await.until("the other holds it ready", () -> shadows(2) >= 1);

            running.getFirst().stop();
            startAgain(1, keeping.replace(":ping-interval-ms", ":sync-conntrack false :ping-interval-ms"));
            Await.until("the other forgets it", () -> shadows(2) == 0);
            assertThat(get(1, "cluster/status").at("/sync/unprotected").asInt()).isEqualTo(1);
            Await.until(
                    "and waits for nothing",
                    () -> get(2, "cluster/nodes").at("/lb-1/in-sync").asBoolean());
            assertThat(get(2, "connections/count").path("count").asInt()).isZero();
            assertThat(conversation.ask()).isEqualTo("web1");

            running.getFirst().stop();
            startAgain(1, config(1));
            Await.until("the other holds it ready again", () -> shadows(2) >= 1);
            assertThat(conversation.ask()).isEqualTo("web1");
        }
    }

    @Test
    @Order(5)
    void a_connection_of_one_is_held_ready_by_the_other_which_takes_it_over_when_its_host_dies() throws Exception {
        try (Conversation conversation = Conversation.tcp(client, VIP, 80)) {
            assertThat(conversation.ask()).isEqualTo("web1");
            Await.until("the other holds it ready", () -> shadows(2) == 1);
            Await.until(
                    "its owner tells it",
                    () -> get(1, "cluster/status").at("/sync/own").asInt() == 1);

            die(1);
            take(node(2));

            assertThat(conversation.ask()).isEqualTo("web1");
            assertThat(conversation.ask()).isEqualTo("web1");
            Await.until(
                    "it is told",
                    () -> get(2, "cluster/status").at("/sync/promoted").asInt() == 1);
            Await.until(
                    "the dead node is known to be dead",
                    () -> get(2, "cluster/nodes").at("/lb-1/state").asText().equals("dead"));
            assertThat(get(2, "events/recent").findValuesAsText("type")).contains("node-suspect", "node-dead");
            assertThat(conversation.ask()).isEqualTo("web1");
        }
    }

    /** The first one is alive again, and the second one has the VIP. */
    @Test
    @Order(6)
    @Tag("slow")
    void connections_of_a_host_that_dies_while_its_peers_process_is_dead_go_on_by_that_one() throws Exception {
        node(1).run("ip link set eth0 up");
        startAgain(1);
        try (Conversation talking = Conversation.tcp(client, VIP, 80);
                Conversation idle = Conversation.tcp(client, VIP, 80)) {
            assertThat(talking.ask()).isEqualTo("web1");
            assertThat(idle.ask()).isEqualTo("web1");
            Await.until("the other holds them ready", () -> shadows(1) >= 2);

            running.getFirst().kill();
            die(2);
            startAgain(1);
            assertThat(shadows(1)).isGreaterThanOrEqualTo(2);
            lead(node(1));
            assertThat(talking.ask()).isEqualTo("web1");
            Await.until(
                    "it is told",
                    () -> get(1, "cluster/status").at("/sync/promoted").asInt() == 1);

            Await.until("the rest is its own, too", Duration.ofSeconds(60), () -> shadows(1) == 0);
            assertThat(idle.ask()).isEqualTo("web1");
            assertThat(get(1, "cluster/status").at("/sync/promoted").asInt()).isEqualTo(1);
        }
    }

    private static void die(int number) {
        node(number).run("ip link set eth0 down");
        running.get(number - 1).kill();
    }

    private static long shadows(int node) {
        return get(node, "cluster/status").at("/sync/shadows").asLong();
    }
}
