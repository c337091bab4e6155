package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.Operations;
import io.weir.api.TargetHealth;
import io.weir.cluster.Fabric;
import io.weir.cluster.Membership;
import io.weir.cluster.SharedFacts;
import io.weir.config.ConfigFile;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Tallies;
import io.weir.lab.Await;
import io.weir.model.Desired;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import io.weir.probe.NameResolver;
import io.weir.testing.MemoryDataplane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes over loopback, each with an engine, checks and a membership of its own; two of them check each target. */
class SharedChecksTest {

    private static final int TARGETS = 40;

    private final List<Node> nodes = new ArrayList<>();
    private Fabric fabric;
    private Servers servers;

    /** Those behind all targets: one port of every loopback address. */
    private static final class Servers implements AutoCloseable {
        private final ServerSocket listener;

        Servers(int port) throws IOException {
            listener = new ServerSocket(port, 50, InetAddress.ofLiteral("0.0.0.0"));
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        listener.accept().close();
                    }
                } catch (IOException closed) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static final class Node implements AutoCloseable {
        private final SharedFacts facts;
        private final Engine engine;
        private final Probing probing;
        private final Operations operations;

        Node(Membership membership, Desired desired) {
            facts = new SharedFacts(
                    membership.self(), desired.settings().control().cluster());
            engine = new Engine(new MemoryDataplane(), _ -> 0, Tallies.NONE, facts).start();
            engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
            probing = new Probing(engine, SharedChecksTest::noName, Optional.empty());
            operations = Operations.over(engine, probing);
            probing.start(desired);
            operations.apply(desired);
            facts.start(membership, engine, probing);
            probing.tellChecks(facts::checks);
        }

        Set<ProxyTarget> checked() {
            return probing.standings().keySet();
        }

        boolean says(HealthTrack.Status status) {
            List<TargetHealth> all = operations.health().list();
            return all.size() == TARGETS && all.stream().allMatch(target -> target.status() == status);
        }

        @Override
        public void close() {
            facts.close();
            probing.close();
            engine.close();
        }
    }

    private static CompletableFuture<NameResolver.Answer> noName(String host) {
        NameResolver.Result nothing = new NameResolver.Result.Nothing("no such name");
        return CompletableFuture.completedFuture(new NameResolver.Answer(nothing, nothing));
    }

    @BeforeEach
    void start() throws IOException {
        servers = new Servers(0);
        fabric = new Fabric(3);
        for (int i = 1; i <= 3; i++) {
            nodes.add(new Node(fabric.start(i), config(servers.listener.getLocalPort())));
        }
    }

    private static Desired config(int port) {
        String targets = IntStream.rangeClosed(1, TARGETS)
                .mapToObj(i -> "{:ip \"127.0.0." + i + "\" :port " + port + " :weight 1}")
                .collect(Collectors.joining(" "));
        return ConfigFile.parse("""
                        {:proxies [{:name "web" :listen {:interfaces ["eth0"] :port 80} :default-target [%s]}]
                         :settings {:health-check-enabled true
                                    :health-check-defaults {:interval-ms 1000 :timeout-ms 500
                                                            :healthy-threshold 1 :unhealthy-threshold 2}
                                    :cluster {:enabled true :health-check-share 2}}}
                        """.formatted(targets), "shared.edn");
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(Node::close);
        fabric.close();
        servers.close();
    }

    @Test
    void each_target_is_checked_by_two_whose_word_the_third_takes_until_one_of_them_dies() throws Exception {
        Await.until(
                "each target is checked by two of three",
                () -> isCheckedByTwo()
                        && nodes.stream().allMatch(node -> node.checked().size() < TARGETS));
        Await.until("all know that all are well", () -> all(HealthTrack.Status.HEALTHY));
        int port = servers.listener.getLocalPort();
        servers.close();
        Await.until("all know that none answers", () -> all(HealthTrack.Status.UNHEALTHY));
        whoDoesNotCheckATargetSaysWhoDoesAndChecksItWhenAsked();
        servers = new Servers(port);
        Await.until("all know that all are well again", () -> all(HealthTrack.Status.HEALTHY));

        fabric.kill(3);
        Node dead = nodes.removeLast();
        dead.close();
        Await.until("the other two check all", this::isCheckedByTwo);
        assertThat(nodes).allMatch(node -> node.says(HealthTrack.Status.HEALTHY));
    }

    private boolean isCheckedByTwo() {
        Map<ProxyTarget, Long> checks = nodes.stream()
                .flatMap(node -> node.checked().stream())
                .collect(Collectors.groupingBy(target -> target, Collectors.counting()));
        return checks.size() == TARGETS && checks.values().stream().allMatch(count -> count == 2);
    }

    private boolean all(HealthTrack.Status status) {
        return nodes.stream().allMatch(node -> node.says(status));
    }

    private void whoDoesNotCheckATargetSaysWhoDoesAndChecksItWhenAsked() throws Exception {
        Operations operations = nodes.getFirst().operations;
        TargetHealth elsewhere = operations.health().list().stream()
                .filter(target -> target.checks().isEmpty())
                .findFirst()
                .orElseThrow();

        assertThat(elsewhere.checkedBy()).containsExactlyInAnyOrder(new NodeId("lb-2"), new NodeId("lb-3"));
        assertThat(operations
                        .health()
                        .checkNow("web", elsewhere.target().endpoint())
                        .toCompletableFuture()
                        .get())
                .isInstanceOf(CheckResult.Failed.class);
        assertThat(nodes.getFirst().checked()).doesNotContain(elsewhere.target());
    }
}
