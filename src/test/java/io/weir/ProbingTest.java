package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.Operations;
import io.weir.api.TargetHealth;
import io.weir.config.ConfigFile;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice.HealthNotice;
import io.weir.engine.RefusedException;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.engine.Tallies;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.Subscription;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import io.weir.probe.NameResolver.Answer;
import io.weir.probe.NameResolver.Result;
import io.weir.probe.NameStatus;
import io.weir.testing.MemoryDataplane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of this process on loopback, a resolver that knows what it is told, an engine and a data path that only remembers. */
class ProbingTest {

    private static final String LIVE = "127.0.0.1";
    private static final String DEAD = "127.0.0.2";

    private final Engine engine = new Engine(new MemoryDataplane(), index -> 0, Tallies.NONE).start();
    private final Map<String, List<String>> records = new ConcurrentHashMap<>();
    private ServerSocket server;
    private Probing probing;
    private Operations loadBalancer;

    @TempDir
    Path files;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.ofLiteral(LIVE));
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
    }

    @AfterEach
    void stop() throws IOException {
        if (probing != null) {
            probing.close();
        }
        engine.close();
        server.close();
    }

    @Test
    void a_target_that_refuses_loses_its_weight_and_is_told_of() throws Exception {
        start(config(true, target(LIVE, 50, "") + target(DEAD, 50, "")));
        try (Subscription<HealthNotice> notices = loadBalancer.health().subscribe(16)) {
            await(() -> weights().equals(List.of(100, 0)));

            assertThat(targets().getLast().reason().text()).isEqualTo("unhealthy: connection refused");
            TargetHealth dead =
                    loadBalancer.health().find("web", endpoint(DEAD)).orElseThrow();
            assertThat(dead.status()).isEqualTo(HealthTrack.Status.UNHEALTHY);
            assertThat(dead.error()).isEqualTo("connection refused");
            assertThat(dead.since()).isPresent();
            assertThat(loadBalancer.health().unhealthy())
                    .extracting(TargetHealth::target)
                    .containsExactly(dead.target());
            assertThat(loadBalancer.health().isHealthy("web", endpoint(LIVE))).isTrue();
            assertThat(loadBalancer.health().isAllHealthy("web")).isFalse();

            loadBalancer.apply(
                    config(true, target(LIVE, 50, ":health-check {:type :none}") + target(LIVE + "0", 50, "")));
            loadBalancer.apply(config(true, target(LIVE, 50, "") + target(DEAD, 50, "")));
            await(() -> weights().equals(List.of(100, 0)));
            await(() -> notices.take(16).stream()
                    .anyMatch(notice -> notice.target().endpoint().equals(endpoint(DEAD))));
        }
    }

    @Test
    void what_is_not_checked_any_more_has_its_weight_again() throws Exception {
        start(config(true, target(LIVE, 50, "") + target(DEAD, 50, "")));
        await(() -> weights().equals(List.of(100, 0)));

        loadBalancer.apply(config(false, target(LIVE, 50, "") + target(DEAD, 50, "")));

        await(() -> weights().equals(List.of(50, 50)));
        assertThat(loadBalancer.health().list())
                .allSatisfy(target -> assertThat(target.checks()).isEmpty());
        assertThatThrownBy(() -> loadBalancer.health().checkNow("web", endpoint(LIVE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has no target " + endpoint(LIVE) + " that is checked");
    }

    @Test
    void a_check_can_be_asked_for_out_of_turn_and_of_any_address() throws Exception {
        start(config(true, target(LIVE, 50, "") + target(DEAD, 50, "")));

        CheckResult result = loadBalancer
                .health()
                .checkNow("web", endpoint(LIVE))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);

        assertThat(result).isInstanceOf(CheckResult.Passed.class);
        assertThat(loadBalancer.health().tcp(endpoint(DEAD), Duration.ofSeconds(1)))
                .isInstanceOf(CheckResult.Failed.class);
    }

    @Test
    void the_operators_word_counts_more_than_the_checks_until_it_is_taken_back() throws Exception {
        start(config(true, target(LIVE, 50, "") + target(DEAD, 50, "")));
        await(() -> weights().equals(List.of(100, 0)));

        loadBalancer.health().force("web", endpoint(DEAD), true);
        assertThat(weights()).containsExactly(50, 50);
        loadBalancer.health().force("web", endpoint(LIVE), false);
        assertThat(weights()).containsExactly(0, 100);
        loadBalancer.health().release("web", endpoint(DEAD));
        loadBalancer.health().release("web", endpoint(LIVE));
        assertThat(weights()).containsExactly(100, 0);
    }

    @Test
    void a_name_follows_its_addresses_and_keeps_them_when_it_cannot_be_resolved() throws Exception {
        records.put("web.test", List.of("10.0.0.1", "10.0.0.2"));
        start(config(false, "{:host \"web.test\" :port 80 :weight 60 :dns-refresh-seconds 1}" + target(LIVE, 40, "")));
        assertThat(targets()).extracting(TargetStatus::weight).containsExactly(30, 30, 40);

        records.put("web.test", List.of("10.0.0.3"));
        await(() -> targets().getFirst().endpoint().equals(Optional.of(Endpoint.of("10.0.0.3", 80))));
        assertThat(weights()).containsExactly(60, 40);

        records.clear();
        try (Subscription<NameStatus> lookups = loadBalancer.dns().subscribe(16)) {
            NameStatus after = loadBalancer
                    .dns()
                    .resolveNow("web.test")
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            assertThat(after.lastError()).contains("no such name");
            assertThat(lookups.next(Duration.ofSeconds(5))).isPresent();
        }
        loadBalancer.apply(config(false, "{:host \"web.test\" :port 81 :weight 60}" + target(LIVE, 40, "")));
        assertThat(targets().getFirst().endpoint()).contains(Endpoint.of("10.0.0.3", 81));
        assertThat(loadBalancer.dns().of("web"))
                .extracting(NameStatus::addresses)
                .containsExactly(List.of(IpAddress.parse("10.0.0.3")));
    }

    @Test
    void a_name_without_an_address_stops_a_start_unless_an_earlier_process_knew_one() throws Exception {
        String target = "{:host \"web.test\" :port 80}";
        assertThatThrownBy(() -> start(config(false, target)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("no address is known for the target web.test: no such name");
        probing.close();

        Files.writeString(files.resolve("names"), "web.test 10.0.0.7\n");
        start(config(false, target));
        assertThat(targets().getFirst().endpoint()).contains(Endpoint.of("10.0.0.7", 80));
    }

    @Test
    void a_new_proxy_with_a_name_that_has_no_address_waits_for_one() throws Exception {
        start(config(false, target(LIVE, 100, "")));
        loadBalancer.apply(config(
                false, "{:host \"late.test\" :port 80 :weight 60 :dns-refresh-seconds 1}" + target(LIVE, 40, "")));
        assertThat(targets()).extracting(target -> target.reason().text()).startsWith("unresolved");
        assertThat(weights()).containsExactly(0, 100);

        records.put("late.test", List.of("10.0.0.9"));
        await(() -> weights().equals(List.of(60, 40)));
    }

    private void start(Desired desired) {
        probing = new Probing(engine, this::answer, Optional.of(files.resolve("names")));
        loadBalancer = Operations.over(engine, probing);
        probing.start(desired);
        loadBalancer.apply(desired);
    }

    private CompletableFuture<Answer> answer(String host) {
        Result nothing = new Result.Nothing("no such name");
        List<IpAddress> found = records.getOrDefault(host, List.of()).stream()
                .map(IpAddress::parse)
                .toList();
        return CompletableFuture.completedFuture(
                new Answer(found.isEmpty() ? nothing : new Result.Found(found), nothing));
    }

    private List<TargetStatus> targets() {
        return loadBalancer.proxies().find("web").orElseThrow().targets();
    }

    private List<Integer> weights() {
        return targets().stream().map(TargetStatus::weight).toList();
    }

    private Endpoint endpoint(String address) {
        return Endpoint.of(address, server.getLocalPort());
    }

    private String target(String address, int weight, String more) {
        return "{:ip \"" + address + "\" :port " + server.getLocalPort() + " :weight " + weight + " " + more + "} ";
    }

    private static Desired config(boolean checked, String targets) {
        return ConfigFile.parse(
                "{:proxies [{:name \"web\" :listen {:interfaces [\"eth0\"] :port 80} :default-target [" + targets
                        + "]}] :settings {:health-check-enabled " + checked
                        + " :health-check-defaults {:interval-ms 1000 :timeout-ms 500 :unhealthy-threshold 1}}}",
                "config.edn");
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
