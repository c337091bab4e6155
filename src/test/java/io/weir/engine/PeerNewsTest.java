package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Event.CircuitAction;
import io.weir.engine.Event.HealthChanged.Checked;
import io.weir.engine.Event.PeerNews;
import io.weir.engine.Event.PeerNews.PeersCounted;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.policy.HealthTrack.Status;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What peers say counts like what this node has found out, and goes no further; what it has found out itself goes to them. */
class PeerNewsTest {

    private static final NodeId SELF = new NodeId("lb-1");
    private static final NodeId PEER = new NodeId("lb-2");
    private static final NodeId OTHER = new NodeId("lb-3");
    private static final Endpoint ENDPOINT = Endpoint.of("10.0.0.1", 8080);
    private static final ProxyTarget TARGET = new ProxyTarget("web", ENDPOINT);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Rig rig = new Rig();

    @BeforeEach
    void configured() {
        rig.links("eth0=2");
        rig.apply("web: eth0 80 -> 10.0.0.1:8080*50 10.0.0.2:8080*50");
    }

    @Test
    void a_target_that_a_peer_sees_fail_gets_no_weight_and_says_who_saw_it() {
        rig.tell(health(false, "connection refused", at(1, PEER)));

        assertThat(weight()).isZero();
        assertThat(why()).isEqualTo("unhealthy: connection refused (seen by lb-2)");
        assertThat(rig.decisions).isEmpty();

        rig.tell(health(true, "", at(2, PEER)));
        assertThat(weight()).isPositive();
    }

    @Test
    void the_own_checks_are_told_and_count_against_a_peers_word_once_that_was_told() {
        rig.tell(health(false, "connection refused", at(1, PEER)));
        rig.tell(new Event.HealthChanged(Map.of(TARGET, Optional.of(new Checked(Status.HEALTHY, "")))));

        assertThat(rig.decisions).containsExactly(new Decision.Checked(TARGET, true, ""));
        assertThat(weight()).isZero();

        rig.tell(health(true, "", at(2, SELF)));
        assertThat(weight()).isPositive();
    }

    @Test
    void without_a_peers_word_the_own_checks_count_at_once() {
        rig.tell(new Event.HealthChanged(Map.of(TARGET, Optional.of(new Checked(Status.UNHEALTHY, "timeout")))));

        assertThat(weight()).isZero();
        assertThat(why()).isEqualTo("unhealthy: timeout");
        assertThat(rig.decisions).containsExactly(new Decision.Checked(TARGET, false, "timeout"));
    }

    @Test
    void a_drain_elsewhere_is_a_drain_here_and_so_is_its_end() {
        rig.flows.put(1, 7L);
        rig.flows.put(2, 7L);
        rig.tell(drain(at(1, PEER), Optional.empty()));

        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);
        assertThat(drain().initial()).isEqualTo(7);
        assertThat(drain().timeout()).isEqualTo(TIMEOUT);
        assertThat(weight()).isZero();

        rig.tell(drain(at(1, PEER), Optional.of(at(1, PEER))));
        assertThat(drain().state()).isEqualTo(DrainStatus.State.CANCELLED);
        assertThat(weight()).isPositive();
        assertThat(rig.decisions).isEmpty();
    }

    @Test
    void the_same_news_again_changes_nothing() {
        rig.tell(drain(at(1, PEER), Optional.empty()));
        rig.pass(31_000);
        rig.tell(drain(at(1, PEER), Optional.empty()));
        rig.submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.OPEN));
        SharedFact.Circuit closed = new SharedFact.Circuit(2, false, false, "", at(2, PEER));
        rig.tell(circuit(closed));
        rig.submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.OPEN));
        rig.tell(circuit(closed));

        assertThat(drain().state()).isEqualTo(DrainStatus.State.COMPLETED);
        assertThat(circuit().state()).isEqualTo(CircuitStatus.State.OPEN);
    }

    @Test
    void a_drain_that_began_here_is_told_and_completed_when_all_peers_have_no_connection_left() {
        rig.tell(draining(Set.of(PEER, OTHER)));
        rig.submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.of(TIMEOUT)));
        assertThat(rig.decisions).containsExactly(new Decision.Drained(TARGET, TIMEOUT));
        assertThat(drain().uncounted()).containsExactlyInAnyOrder(PEER, OTHER);
        rig.tell(drain(at(1, SELF), Optional.empty()));
        rig.pass(1_000);
        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);
        assertThat(drain().uncounted()).containsExactlyInAnyOrder(PEER, OTHER);
        assertThat(rig.counted).containsEntry(TARGET, 0L);

        rig.tell(counts(at(1, SELF), Map.of(PEER, 3L)));
        rig.pass(1_000);
        assertThat(drain().current()).isEqualTo(3);
        assertThat(drain().initial()).isEqualTo(3);
        assertThat(drain().uncounted()).containsExactly(OTHER);
        rig.tell(counts(at(1, SELF), Map.of(PEER, 0L)));
        rig.pass(1_000);
        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);

        rig.tell(counts(at(1, SELF), Map.of(PEER, 0L, OTHER, 0L)));
        rig.pass(1_000);
        assertThat(drain().state()).isEqualTo(DrainStatus.State.COMPLETED);
    }

    @Test
    void what_peers_have_said_is_taken_back_with_its_kind_and_what_began_here_stays() {
        rig.tell(drain(at(1, PEER), Optional.empty()));
        rig.tell(new PeerNews(
                SELF,
                Map.of(TARGET, new SharedFact.Health(false, "timeout", at(1, PEER))),
                Map.of(TARGET, new SharedFact.Circuit(1, true, true, "opened", at(1, PEER))),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty()));
        rig.tell(PeerNews.without(SELF, Set.of(Kind.HEALTH, Kind.CIRCUIT)));
        assertThat(rig.engine.snapshot().conditions().health()).isEmpty();
        assertThat(rig.engine.snapshot().conditions().circuits()).isEmpty();
        assertThat(rig.engine.snapshot().conditions().isDrained(TARGET)).isTrue();

        rig.tell(PeerNews.without(SELF, Set.of(Kind.DRAIN)));
        assertThat(rig.engine.snapshot().conditions().isDrained(TARGET)).isFalse();
        assertThat(rig.decisions).isEmpty();

        rig.submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.of(TIMEOUT)));
        rig.tell(drain(at(2, SELF), Optional.empty()));
        rig.tell(PeerNews.without(SELF, Set.of(Kind.DRAIN)));
        assertThat(rig.engine.snapshot().conditions().isDrained(TARGET)).isTrue();
    }

    @Test
    void news_that_waits_is_forgotten_with_its_kind_and_what_comes_after_is_not() {
        rig.engine.tell(drain(at(1, PEER), Optional.empty()));
        rig.engine.tell(PeerNews.without(SELF, Set.of(Kind.DRAIN)));
        rig.tell(new PeerNews(
                SELF,
                Map.of(TARGET, new SharedFact.Health(false, "timeout", at(1, PEER))),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty()));
        assertThat(rig.engine.snapshot().conditions().drain(TARGET)).isEmpty();
        assertThat(rig.engine.snapshot().conditions().health()).containsKey(TARGET);

        rig.engine.tell(PeerNews.without(SELF, Set.of(Kind.DRAIN)));
        rig.tell(drain(at(2, PEER), Optional.empty()));
        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);
    }

    @Test
    void a_drain_does_not_wait_for_a_peer_that_is_gone() {
        rig.tell(draining(Set.of(PEER)));
        rig.submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.of(TIMEOUT)));
        rig.tell(drain(at(1, SELF), Optional.empty()));
        rig.tell(counts(at(1, SELF), Map.of(PEER, 3L)));
        rig.pass(1_000);
        assertThat(drain().current()).isEqualTo(3);

        rig.tell(draining(Set.of()));
        rig.pass(1_000);
        assertThat(drain().state()).isEqualTo(DrainStatus.State.COMPLETED);
    }

    @Test
    void counts_of_an_earlier_drain_do_not_end_this_one() {
        rig.tell(draining(Set.of(PEER)));
        rig.tell(drain(at(1, PEER), Optional.empty()));
        rig.tell(drain(at(2, PEER), Optional.of(at(1, PEER))));
        rig.tell(counts(at(1, PEER), Map.of(PEER, 0L)));
        rig.pass(1_000);

        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);
    }

    @Test
    void a_circuit_opened_elsewhere_is_open_here_until_it_is_closed_there() {
        rig.tell(circuit(new SharedFact.Circuit(1, true, true, "opened by the operator", at(1, PEER))));
        assertThat(circuit().state()).isEqualTo(CircuitStatus.State.OPEN);
        assertThat(circuit().isHeld()).isTrue();
        assertThat(circuit().why()).isEqualTo("opened by the operator (seen by lb-2)");
        assertThat(weight()).isZero();

        rig.tell(circuit(new SharedFact.Circuit(2, false, false, "", at(2, PEER))));
        assertThat(circuit().state()).isEqualTo(CircuitStatus.State.CLOSED);
        assertThat(rig.decisions).isEmpty();
    }

    @Test
    void a_circuit_is_not_opened_by_a_peers_count_where_its_breaker_is_off() {
        rig.tell(circuit(new SharedFact.Circuit(1, true, false, "5 errors", at(1, PEER))));

        assertThat(circuit().state()).isEqualTo(CircuitStatus.State.CLOSED);
    }

    @Test
    void what_the_operator_does_here_is_told() {
        rig.submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.OPEN));
        rig.submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.CLOSE));
        rig.submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.empty()));
        rig.submit(new Event.Undrain(Optional.empty(), ENDPOINT));

        assertThat(rig.decisions)
                .containsExactly(
                        new Decision.Opened(TARGET, true, "opened by the operator"),
                        new Decision.Closed(TARGET),
                        new Decision.Drained(TARGET, Duration.ofSeconds(30)),
                        new Decision.Undrained(TARGET));
    }

    @Test
    void that_a_target_leaves_the_configuration_is_no_news_of_its_drain_or_circuit() {
        rig.submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.OPEN));
        rig.submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.empty()));
        rig.decisions.clear();
        rig.apply("web: eth0 80 -> 10.0.0.2:8080*100");

        assertThat(rig.decisions).isEmpty();
    }

    @Test
    void a_target_that_leaves_and_comes_back_is_told_of_anew() {
        rig.tell(drain(at(1, PEER), Optional.empty()));
        rig.apply("web: eth0 80 -> 10.0.0.2:8080*100");
        rig.apply("web: eth0 80 -> 10.0.0.1:8080*50 10.0.0.2:8080*50");
        assertThat(rig.engine.snapshot().conditions().drain(TARGET)).isEmpty();

        rig.tell(drain(at(1, PEER), Optional.empty()));
        assertThat(drain().state()).isEqualTo(DrainStatus.State.DRAINING);
    }

    @Test
    void news_of_targets_that_are_not_configured_are_left_alone() {
        ProxyTarget unknown = new ProxyTarget("api", ENDPOINT);
        rig.tell(news(
                Map.of(), Map.of(), Map.of(unknown, new SharedFact.Drain(at(1, PEER), TIMEOUT, Optional.empty()))));

        assertThat(rig.engine.snapshot().conditions().isDrained(unknown)).isFalse();
    }

    private static HybridTime at(long millis, NodeId node) {
        return new HybridTime(millis, 0, node);
    }

    private static PeerNews health(boolean healthy, String error, HybridTime at) {
        return news(Map.of(TARGET, new SharedFact.Health(healthy, error, at)), Map.of(), Map.of());
    }

    private static PeerNews circuit(SharedFact.Circuit circuit) {
        return news(Map.of(), Map.of(TARGET, circuit), Map.of());
    }

    private static PeerNews drain(HybridTime began, Optional<HybridTime> undone) {
        return news(Map.of(), Map.of(), Map.of(TARGET, new SharedFact.Drain(began, TIMEOUT, undone)));
    }

    private static PeerNews news(
            Map<ProxyTarget, SharedFact.Health> health,
            Map<ProxyTarget, SharedFact.Circuit> circuits,
            Map<ProxyTarget, SharedFact.Drain> drains) {
        return new PeerNews(SELF, health, circuits, drains, Map.of(), Map.of(), Optional.empty());
    }

    private static PeerNews counts(HybridTime drain, Map<NodeId, Long> connections) {
        Map<ProxyTarget, PeersCounted> counts = Map.of(TARGET, new PeersCounted(drain, connections));
        return new PeerNews(SELF, Map.of(), Map.of(), Map.of(), counts, Map.of(), Optional.empty());
    }

    private static PeerNews draining(Set<NodeId> peers) {
        return new PeerNews(SELF, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Optional.of(peers));
    }

    private Snapshot.TargetStatus status() {
        return rig.engine.snapshot().proxies().getFirst().targets().getFirst();
    }

    private int weight() {
        return status().weight();
    }

    private String why() {
        return status().reason().text();
    }

    private DrainStatus drain() {
        return rig.engine.snapshot().conditions().drain(TARGET).orElseThrow();
    }

    private CircuitStatus circuit() {
        return rig.engine.snapshot().conditions().circuit(TARGET);
    }
}
