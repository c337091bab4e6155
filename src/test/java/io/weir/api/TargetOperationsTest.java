package io.weir.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.config.ConfigFile;
import io.weir.engine.CircuitStatus;
import io.weir.engine.DrainStatus.State;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice.CircuitNotice;
import io.weir.engine.Notice.DrainNotice;
import io.weir.engine.Notice.WeightsNotice;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.engine.Tallies;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.testing.MemoryDataplane;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator does to single targets, over a running engine and a data path that counts what it is told. */
class TargetOperationsTest {

    private static final Endpoint FIRST = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint SECOND = Endpoint.of("10.0.0.2", 80);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicLong connections = new AtomicLong(3);
    private final Engine engine = new Engine(new MemoryDataplane(), index -> connections.get(), Tallies.NONE);
    private final Operations loadBalancer = Operations.over(engine, name -> List.of());

    @BeforeEach
    void start() {
        engine.start();
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        loadBalancer.apply(desired());
    }

    @AfterEach
    void stop() {
        loadBalancer.close();
    }

    @Test
    void a_drain_ends_with_the_last_connection_and_its_target_stays_out_until_it_is_given_back() throws Exception {
        try (Subscription<DrainNotice> notices = loadBalancer.drains().subscribe(16);
                Subscription<WeightsNotice> shares = loadBalancer.proxies().subscribe(16)) {
            Instant before = Instant.now();
            CompletableFuture<List<DrainReport>> drain =
                    loadBalancer.drains().start("web", FIRST).toCompletableFuture();
            assertThat(weights("web")).containsExactly(0, 100);
            assertThat(weights("api")).containsExactly(50, 50);
            assertThat(loadBalancer.drains().isDraining(FIRST)).isTrue();
            assertThat(drain).isNotDone();

            connections.set(0);
            DrainReport ended = drain.get(20, TimeUnit.SECONDS).getFirst();
            assertThat(ended.state()).isEqualTo(State.COMPLETED);
            assertThat(ended.initial()).isEqualTo(3);
            assertThat(ended.current()).isZero();
            assertThat(ended.endedAt().orElseThrow()).isAfter(before);
            assertThat(loadBalancer.drains().await(FIRST, PATIENCE))
                    .extracting(DrainReport::state)
                    .containsExactly(State.COMPLETED);
            assertThat(weights("web")).containsExactly(0, 100);
            assertThat(shares.next(PATIENCE)).contains(new WeightsNotice("web"));

            loadBalancer.drains().undrain("web", FIRST);
            assertThat(weights("web")).containsExactly(50, 50);
            assertThat(notices.take(16))
                    .extracting(notice -> notice.status().state())
                    .containsExactly(State.DRAINING, State.COMPLETED, State.CANCELLED);
        }
    }

    @Test
    void a_drain_without_a_proxy_is_one_in_each_and_ends_when_time_is_up() throws Exception {
        List<DrainReport> ended = loadBalancer
                .drains()
                .start(Optional.empty(), FIRST, Optional.of(Duration.ofMillis(1)))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(ended).extracting(report -> report.target().proxy()).containsExactlyInAnyOrder("web", "api");
        assertThat(ended).extracting(DrainReport::state).containsOnly(State.TIMEOUT);
        assertThat(loadBalancer.drains().find(FIRST)).hasSize(2);
    }

    @Test
    void a_drain_that_is_cancelled_removed_or_cut_short_ends_for_who_waits() throws Exception {
        var cancelled = loadBalancer.drains().start("web", FIRST).toCompletableFuture();
        loadBalancer.drains().undrain("web", FIRST);
        assertThat(cancelled.get(20, TimeUnit.SECONDS).getFirst().state()).isEqualTo(State.CANCELLED);

        var removed = loadBalancer.drains().start("api", FIRST).toCompletableFuture();
        loadBalancer.proxies().remove("api");
        assertThat(removed.get(20, TimeUnit.SECONDS).getFirst().state()).isEqualTo(State.CANCELLED);

        var cut = loadBalancer.drains().start("web", SECOND).toCompletableFuture();
        loadBalancer.close();
        assertThatThrownBy(() -> cut.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RefusedException.class);
    }

    @Test
    void a_wait_for_a_drain_ends_with_the_patience() {
        assertThat(loadBalancer.drains().await(FIRST, PATIENCE)).isEmpty();
        loadBalancer.drains().start("web", FIRST);
        assertThat(loadBalancer.drains().await(FIRST, Duration.ofMillis(1)))
                .extracting(DrainReport::state)
                .containsExactly(State.DRAINING);
    }

    @Test
    void a_circuit_is_opened_closed_and_reset_by_hand() {
        try (Subscription<CircuitNotice> notices = loadBalancer.circuits().subscribe(16)) {
            loadBalancer.circuits().open(Optional.of("web"), FIRST);
            assertThat(weights("web")).containsExactly(0, 100);
            CircuitReport open = loadBalancer.circuits().find(FIRST).getFirst();
            assertThat(open.state()).isEqualTo(CircuitStatus.State.OPEN);
            assertThat(open.isHeld()).isTrue();
            assertThat(open.enabled()).isFalse();
            assertThat(open.since()).isPresent();

            loadBalancer.circuits().close(Optional.of("web"), FIRST);
            assertThat(weights("web").getFirst()).isBetween(1, 49);
            loadBalancer.circuits().reset(Optional.empty(), FIRST);
            assertThat(weights("web")).containsExactly(50, 50);
            assertThat(notices.take(16))
                    .extracting(notice -> notice.to().state())
                    .containsExactly(CircuitStatus.State.OPEN, CircuitStatus.State.CLOSED);
        }
        assertThat(loadBalancer.circuits().list()).hasSize(4);
    }

    @Test
    void what_is_not_there_is_refused_by_name() {
        Endpoint stranger = Endpoint.of("10.0.0.9", 80);
        assertRefused(Reason.UNKNOWN_TARGET, () -> loadBalancer.drains().start("web", stranger));
        assertRefused(Reason.UNKNOWN_PROXY, () -> loadBalancer.drains().start("none", FIRST));
        assertRefused(Reason.NOT_NOW, () -> loadBalancer.drains().undrain("web", FIRST));
        assertRefused(Reason.UNKNOWN_TARGET, () -> loadBalancer.circuits().open(Optional.empty(), stranger));
        assertRefused(Reason.UNKNOWN_PROXY, () -> loadBalancer.health().of("none"));
        assertRefused(Reason.UNKNOWN_TARGET, () -> loadBalancer.health().isHealthy("web", stranger));
        assertRefused(Reason.UNKNOWN_TARGET, () -> loadBalancer.health().force("web", stranger, true));
        assertRefused(Reason.UNKNOWN_PROXY, () -> loadBalancer.dns().of("none"));
        assertRefused(Reason.UNRESOLVED_NAME, () -> loadBalancer.dns().resolveNow("web.test"));
    }

    private static void assertRefused(Reason reason, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private List<Integer> weights(String proxy) {
        return loadBalancer.proxies().find(proxy).orElseThrow().targets().stream()
                .map(TargetStatus::weight)
                .toList();
    }

    private static Desired desired() {
        String targets = "[{:ip \"10.0.0.1\" :port 80 :weight 50} {:ip \"10.0.0.2\" :port 80 :weight 50}]";
        return ConfigFile.parse(
                "{:proxies [{:name \"web\" :listen {:interfaces [\"eth0\"] :port 80} :default-target " + targets
                        + "} {:name \"api\" :listen {:interfaces [\"eth0\"] :port 81} :default-target " + targets
                        + "}] :settings {:drain-check-interval-ms 100}}",
                "config.edn");
    }
}
