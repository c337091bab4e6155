package io.weir.cluster.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.Cluster.Sync;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One node's side of the exchange; what two and more make of it, the simulation shows. */
class FactExchangeTest {

    private static final NodeId SELF = new NodeId("lb-1");
    private static final NodeId PEER = new NodeId("lb-2");
    private static final ProxyTarget TARGET = new ProxyTarget("web", Endpoint.of("10.0.0.1", 80));
    private static final FactKey DRAIN = new FactKey(TARGET, Kind.DRAIN);
    private static final NodeId OTHER = new NodeId("lb-3");
    private static final FactKey HEALTH = new FactKey(TARGET, Kind.HEALTH);
    private static final Set<ProxyTarget> TARGETS = IntStream.rangeClosed(1, 30)
            .mapToObj(i -> new ProxyTarget("web", Endpoint.of("10.0.0." + i, 80)))
            .collect(Collectors.toUnmodifiableSet());
    private static final Map<ProxyTarget, HealthCheck> CHECKS = checks(HealthCheck.DEFAULT);
    private static final Sync SHARING = new Sync(true, true, true, true, OptionalInt.of(2));
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long WALL = 1_770_000_000_000L;

    private final List<FactFrame> sent = new ArrayList<>();
    private final List<FactFrame> gossiped = new ArrayList<>();
    private final News news = new News();

    private static final class News implements FactListener {
        private final List<Map<FactKey, SharedFact>> learned = new ArrayList<>();
        private final List<Map<NodeId, Long>> gathered = new ArrayList<>();
        private Set<NodeId> participants = Set.of();
        private Set<ProxyTarget> doubted = Set.of();
        private Set<Kind> unshared = Set.of();
        private Map<ProxyTarget, Set<NodeId>> elsewhere = Map.of();

        @Override
        public void learned(Map<FactKey, SharedFact> facts) {
            learned.add(facts);
        }

        @Override
        public void participants(Set<NodeId> peers) {
            participants = peers;
        }

        @Override
        public void gathered(ProxyTarget target, HybridTime drain, Map<NodeId, Long> connections) {
            gathered.add(connections);
        }

        @Override
        public void doubted(Set<ProxyTarget> targets) {
            doubted = targets;
        }

        @Override
        public void unshared(Set<Kind> kinds) {
            unshared = kinds;
        }

        @Override
        public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {
            elsewhere = targets;
        }
    }

    private FactExchange exchange(Sync sync) {
        FactNetwork network = new FactNetwork() {
            @Override
            public void gossip(byte[] frame) {
                gossiped.add(read(frame));
            }

            @Override
            public boolean send(NodeId peer, byte[] frame) {
                return sent.add(read(frame));
            }
        };
        FactExchange exchange =
                new FactExchange(SELF, sync, Duration.ofSeconds(10), network, news, new Random(1), at(0));
        exchange.configured(Set.of(TARGET), at(0));
        exchange.up(PEER, at(0));
        sent.clear();
        return exchange;
    }

    private static FactFrame read(byte[] frame) {
        try {
            return FactReader.read(frame);
        } catch (MalformedFactsException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Moment at(long now) {
        return new Moment(now, WALL + now);
    }

    private static byte[] facts(SharedFact fact) {
        return FactWriter.facts(List.of(new Told(new FactKey(TARGET, fact.kind()), fact, 0)), 8_000)
                .getFirst();
    }

    private static SharedFact.Drain drain(long millis) {
        return new SharedFact.Drain(new HybridTime(millis, 0, PEER), TIMEOUT, Optional.empty());
    }

    private static byte[] count(long drain, long connections) {
        return FactWriter.counts(List.of(new Count(TARGET, new HybridTime(drain, 0, PEER), connections)))
                .getFirst();
    }

    @Test
    void what_is_decided_here_is_gossiped_and_sent() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        exchange.decided(List.of(new Decision.Drained(TARGET, TIMEOUT)), at(5));

        SharedFact.Drain said = (SharedFact.Drain) exchange.fact(DRAIN).orElseThrow();
        assertThat(said.began()).isEqualTo(new HybridTime(WALL + 5, 0, SELF));
        assertThat(gossiped).containsExactly(new FactFrame.Facts(List.of(new Told(DRAIN, said, 0))));
        assertThat(sent).isEqualTo(gossiped);
    }

    @Test
    void what_is_not_shared_is_neither_told_nor_taken_for_true_but_passed_on() {
        FactExchange exchange = exchange(new Sync(true, true, false, true, OptionalInt.empty()));
        exchange.decided(List.of(new Decision.Drained(TARGET, TIMEOUT)), at(5));
        assertThat(gossiped).isEmpty();
        assertThat(exchange.broadcast(new Decision.Drained(TARGET, TIMEOUT), at(5)))
                .isFalse();

        exchange.received(PEER, facts(drain(7)), at(10));
        assertThat(news.learned).isEmpty();
        assertThat(news.participants).isEmpty();
        assertThat(exchange.facts()).containsEntry(DRAIN, drain(7));
        exchange.received(PEER, FactWriter.wanted(-1), at(11));
        assertThat(sent).contains(new FactFrame.Facts(List.of(new Told(DRAIN, drain(7), 0))));
    }

    @Test
    void a_peer_that_does_not_share_drains_is_not_waited_for() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        assertThat(news.participants).containsExactly(PEER);

        exchange.received(
                PEER, FactWriter.digest(new FactFrame.Digest(new Buckets(), Set.of(Kind.HEALTH), 0, List.of())), at(1));
        assertThat(news.participants).isEmpty();
    }

    @Test
    void counts_of_another_drain_than_the_one_that_goes_on_are_not_taken() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        exchange.received(PEER, facts(drain(WALL)), at(1));
        exchange.received(PEER, count(WALL - 1, 0), at(2));
        assertThat(news.gathered).allMatch(Map::isEmpty);

        exchange.received(PEER, count(WALL, 3), at(3));
        assertThat(news.gathered.getLast()).containsExactly(Map.entry(PEER, 3L));

        exchange.received(PEER, facts(drain(WALL + 9)), at(10));
        assertThat(news.gathered.getLast()).isEmpty();
    }

    @Test
    void connections_of_a_peer_that_is_gone_are_waited_for_until_others_have_had_time_to_claim_and_count_them() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        counted(exchange, 3);
        exchange.died(PEER, at(1_000));
        exchange.tick(at(10_999));
        assertThat(news.participants).containsExactly(PEER);
        assertThat(news.gathered.getLast()).containsExactly(Map.entry(PEER, 3L));

        exchange.tick(at(11_000));
        assertThat(news.participants).isEmpty();
        assertThat(news.gathered.getLast()).isEmpty();
    }

    @Test
    void connections_of_a_peer_that_is_gone_are_waited_for_until_none_are_held_for_whoever_claims_them() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        Set<NodeId> held = new HashSet<>(Set.of(PEER));
        exchange.heldHere(held::contains);
        counted(exchange, 3);
        exchange.died(PEER, at(1_000));
        exchange.tick(at(30_000));
        assertThat(news.gathered.getLast()).containsExactly(Map.entry(PEER, 3L));

        held.clear();
        exchange.tick(at(39_999));
        assertThat(news.participants).containsExactly(PEER);
        exchange.tick(at(40_000));
        assertThat(news.participants).isEmpty();
        assertThat(news.gathered.getLast()).isEmpty();
    }

    @Test
    void connections_of_a_peer_that_said_goodbye_are_waited_for_longer_as_they_are_left_to_it_for_a_while() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        counted(exchange, 3);
        exchange.left(PEER, at(1_000));
        exchange.tick(at(40_999));
        assertThat(news.gathered.getLast()).containsExactly(Map.entry(PEER, 3L));

        exchange.tick(at(41_000));
        assertThat(news.participants).isEmpty();
    }

    @Test
    void where_connections_are_counted_rarely_those_of_a_peer_that_is_gone_are_waited_for_longer() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        exchange.countedEvery(Duration.ofSeconds(30));
        exchange.died(PEER, at(0));
        exchange.tick(at(59_999));
        assertThat(news.participants).containsExactly(PEER);

        exchange.tick(at(60_000));
        assertThat(news.participants).isEmpty();
    }

    @Test
    void connections_of_a_peer_that_is_gone_are_not_waited_for_where_nobody_claims_them() {
        FactExchange exchange = exchange(new Sync(true, true, true, false, OptionalInt.empty()));
        counted(exchange, 3);
        exchange.died(PEER, at(1_000));

        assertThat(news.participants).isEmpty();
        assertThat(news.gathered.getLast()).isEmpty();
    }

    @Test
    void a_peer_that_is_back_counts_anew() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        counted(exchange, 3);
        exchange.died(PEER, at(1_000));
        exchange.up(PEER, at(2_000));
        exchange.tick(at(20_000));

        assertThat(news.participants).containsExactly(PEER);
        assertThat(news.gathered.getLast()).isEmpty();
    }

    @Test
    void only_peers_that_check_the_same_targets_are_left_a_share_of_them() {
        FactExchange exchange = exchange(SHARING);
        exchange.up(OTHER, at(0));
        exchange.checks(CHECKS, at(1));
        long print = ((FactFrame.Digest) sent.getLast()).checks();
        exchange.received(PEER, digest(print), at(2));
        exchange.received(OTHER, digest(print + 1), at(3));
        assertThat(news.elsewhere).isEmpty();

        exchange.received(OTHER, digest(print), at(4));
        assertThat(news.elsewhere).isNotEmpty();
        assertThat(news.elsewhere.values()).allMatch(Set.of(PEER, OTHER)::equals);
        assertThat(news.elsewhere.size()).isLessThan(TARGETS.size());

        exchange.died(OTHER, at(5));
        assertThat(news.elsewhere).isEmpty();
    }

    private static Map<ProxyTarget, HealthCheck> checks(HealthCheck check) {
        return TARGETS.stream().collect(Collectors.toMap(target -> target, _ -> check));
    }

    @ParameterizedTest
    @MethodSource("otherChecks")
    void a_peer_that_checks_the_same_targets_in_another_way_is_left_no_share_of_them(HealthCheck other) {
        FactExchange exchange = exchange(SHARING);
        exchange.checks(CHECKS, at(1));
        long print = ((FactFrame.Digest) sent.getLast()).checks();
        exchange.checks(checks(other), at(2));
        assertThat(((FactFrame.Digest) sent.getLast()).checks()).isNotEqualTo(print);

        exchange.checks(checks(HealthCheck.DEFAULT), at(3));
        assertThat(((FactFrame.Digest) sent.getLast()).checks()).isEqualTo(print);
    }

    static Stream<HealthCheck> otherChecks() {
        Optional<String> host = Optional.of("app.example");
        return Stream.of(
                check(Type.HTTP, "/health", 2, List.of(200, 201, 202, 204), Optional.empty(), Optional.empty(), false),
                check(Type.TCP, "/alive", 2, List.of(200, 201, 202, 204), Optional.empty(), Optional.empty(), false),
                check(Type.TCP, "/health", 3, List.of(200, 201, 202, 204), Optional.empty(), Optional.empty(), false),
                check(Type.TCP, "/health", 2, List.of(200), Optional.empty(), Optional.empty(), false),
                check(Type.TCP, "/health", 2, List.of(200, 201, 202, 204), host, Optional.empty(), false),
                check(Type.TCP, "/health", 2, List.of(200, 201, 202, 204), Optional.empty(), Optional.of(81), false),
                check(Type.TCP, "/health", 2, List.of(200, 201, 202, 204), Optional.empty(), Optional.empty(), true));
    }

    private static HealthCheck check(
            Type type,
            String path,
            int healthy,
            List<Integer> codes,
            Optional<String> host,
            Optional<Integer> port,
            boolean verify) {
        HealthCheck like = HealthCheck.DEFAULT;
        return new HealthCheck(
                type,
                path,
                like.interval(),
                like.timeout(),
                healthy,
                like.unhealthyThreshold(),
                codes,
                host,
                port,
                verify);
    }

    @Test
    void a_node_that_is_to_check_all_again_takes_all_back() {
        FactExchange exchange = exchange(SHARING);
        exchange.up(OTHER, at(0));
        exchange.checks(CHECKS, at(1));
        long print = ((FactFrame.Digest) sent.getLast()).checks();
        List.of(PEER, OTHER).forEach(peer -> exchange.received(peer, digest(print), at(2)));
        exchange.share(Sync.DEFAULT, List::of, at(3));

        assertThat(news.elsewhere).isEmpty();
        assertThat(((FactFrame.Digest) sent.getLast()).checks()).isZero();
    }

    @Test
    void a_peer_whose_answer_is_to_an_earlier_word_on_what_is_checked_is_told_again() {
        FactExchange exchange = exchange(SHARING);
        exchange.checks(CHECKS, at(1));
        long print = ((FactFrame.Digest) sent.getLast()).checks();
        exchange.received(PEER, FactWriter.done(0), at(2));
        sent.clear();
        exchange.tick(at(1_001));
        assertThat(sent)
                .singleElement()
                .isInstanceOfSatisfying(
                        FactFrame.Digest.class,
                        digest -> assertThat(digest.checks()).isEqualTo(print));

        exchange.received(PEER, FactWriter.done(print), at(1_002));
        sent.clear();
        exchange.tick(at(2_002));
        assertThat(sent).isEmpty();
    }

    @Test
    void where_checks_are_shared_a_target_that_is_well_is_told_of_once() {
        FactExchange exchange = exchange(SHARING);
        exchange.checks(CHECKS, at(0));
        exchange.decided(List.of(new Decision.Checked(TARGET, true, "")), at(1));
        assertThat(gossiped).isEmpty();

        exchange.received(PEER, FactWriter.done(0), at(2));
        exchange.tick(at(3));
        exchange.decided(List.of(new Decision.Checked(TARGET, true, "")), at(4));
        assertThat(gossiped).hasSize(1);
        assertThat(exchange.fact(HEALTH))
                .hasValueSatisfying(
                        fact -> assertThat(((SharedFact.Health) fact).healthy()).isTrue());
    }

    @Test
    void the_first_word_that_a_target_is_well_does_not_hold_against_who_has_seen_it_fail_meanwhile() {
        FactExchange exchange = exchange(SHARING);
        exchange.decided(List.of(new Decision.Checked(TARGET, false, "timeout")), at(1));
        exchange.received(
                PEER, facts(new SharedFact.Health(true, "", false, new HybridTime(WALL + 2, 0, PEER))), at(3));

        assertThat(exchange.fact(HEALTH))
                .hasValueSatisfying(
                        fact -> assertThat(((SharedFact.Health) fact).healthy()).isFalse());
    }

    private static byte[] digest(long checks) {
        return FactWriter.digest(new FactFrame.Digest(new Buckets(), Set.of(Kind.values()), checks, List.of()));
    }

    private static void counted(FactExchange exchange, long connections) {
        exchange.received(PEER, facts(drain(WALL)), at(1));
        exchange.received(PEER, count(WALL, connections), at(2));
    }

    @Test
    void a_digest_that_is_the_same_is_answered_with_done_alone_and_one_that_differs_with_all_that_does() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        FactFrame.Digest nothing = new FactFrame.Digest(new Buckets(), Set.of(Kind.values()), 0, List.of());
        exchange.received(PEER, FactWriter.digest(nothing), at(1));
        assertThat(sent).containsExactly(new FactFrame.Done(0));

        exchange.received(PEER, facts(drain(WALL)), at(2));
        sent.clear();
        exchange.received(PEER, FactWriter.digest(nothing), at(3));
        assertThat(sent).hasSize(3);
        assertThat(sent.getFirst()).isEqualTo(new FactFrame.Facts(List.of(new Told(DRAIN, drain(WALL), 0))));
        assertThat(sent.get(1)).isInstanceOf(FactFrame.Wanted.class);
        assertThat(sent.getLast()).isEqualTo(new FactFrame.Done(0));
    }

    @Test
    void a_node_is_ready_when_it_has_drawn_what_its_peers_know_or_has_met_nobody_for_a_while() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        exchange.tick(at(10_000));
        assertThat(exchange.isReady()).isFalse();
        exchange.received(PEER, FactWriter.done(0), at(10_001));
        exchange.tick(at(10_002));
        assertThat(exchange.isReady()).isTrue();
        exchange.up(new NodeId("lb-3"), at(10_003));
        exchange.tick(at(10_004));
        assertThat(exchange.isReady()).isTrue();

        FactExchange alone = exchange(Sync.DEFAULT);
        alone.died(PEER, at(0));
        alone.tick(at(2_999));
        assertThat(alone.isReady()).isFalse();
        alone.tick(at(3_000));
        assertThat(alone.isReady()).isTrue();
    }

    @Test
    void a_peer_whose_clock_is_far_ahead_is_counted_and_can_be_contradicted() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        SharedFact.Drain farAhead = drain(WALL + 3_600_000);
        exchange.received(PEER, facts(farAhead), at(1));
        assertThat(exchange.counts().ahead()).isEqualTo(1);

        exchange.decided(List.of(new Decision.Undrained(TARGET)), at(2));
        assertThat(((SharedFact.Drain) exchange.fact(DRAIN).orElseThrow()).isDrained())
                .isFalse();
        exchange.decided(List.of(new Decision.Drained(TARGET, TIMEOUT)), at(3));
        assertThat(((SharedFact.Drain) exchange.fact(DRAIN).orElseThrow()).isDrained())
                .isTrue();
        exchange.decided(List.of(new Decision.Opened(TARGET, true, "")), at(4));
        assertThat(exchange.fact(new FactKey(TARGET, Kind.CIRCUIT))
                        .orElseThrow()
                        .at())
                .isLessThan(new HybridTime(WALL + 60_000, 0, SELF));
    }

    @Test
    void a_node_that_starts_does_not_contradict_a_living_peer_by_finding_a_target_well() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        exchange.received(PEER, facts(new SharedFact.Health(false, "timeout", new HybridTime(WALL, 0, PEER))), at(1));
        exchange.decided(List.of(new Decision.Checked(TARGET, true, "")), at(2));
        assertThat(gossiped).isEmpty();

        exchange.decided(List.of(new Decision.Checked(TARGET, false, "timeout")), at(3));
        exchange.decided(List.of(new Decision.Checked(TARGET, true, "")), at(4));
        assertThat(gossiped).hasSize(2);
    }

    @Test
    void a_malformed_frame_is_counted_and_nothing_else() {
        FactExchange exchange = exchange(Sync.DEFAULT);
        assertThat(exchange.received(PEER, new byte[] {FactWriter.VERSION, 77}, at(1)))
                .isFalse();
        assertThat(exchange.gossiped(new byte[0], at(1))).isFalse();
        assertThat(exchange.received(PEER, new byte[] {1, 1}, at(1))).isTrue();

        assertThat(exchange.counts().malformed()).isEqualTo(2);
        assertThat(exchange.counts().otherVersion()).isEqualTo(1);
        assertThat(sent).isEmpty();
    }
}
