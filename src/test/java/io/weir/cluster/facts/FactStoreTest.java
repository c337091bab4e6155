package io.weir.cluster.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.facts.FactFrame.Told;
import io.weir.cluster.facts.FactStore.Outcome;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactStoreTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long STALE = 60_000;
    private static final NodeId PEER = new NodeId("lb-2");
    private static final FactKey KEY = key(1);
    private static final SharedFact DOWN = new SharedFact.Health(false, "timeout", new HybridTime(1, 0, PEER));

    private final FactStore store = new FactStore(INTERVAL);

    private static FactKey key(int port) {
        return new FactKey(new ProxyTarget("web", Endpoint.of("10.0.0.1", port)), Kind.HEALTH);
    }

    @Test
    void two_that_know_the_same_have_the_same_digest_whatever_the_order() {
        FactStore other = new FactStore(INTERVAL);
        for (int i = 1; i <= 200; i++) {
            store.put(key(i), DOWN, 0, 0);
            other.put(key(201 - i), DOWN, 5_000, 0);
        }
        assertThat(store.digest()).isEqualTo(other.digest());

        other.put(key(7), new SharedFact.Health(true, "", new HybridTime(2, 0, PEER)), 0, 0);
        long difference = store.digest().difference(other.digest());
        assertThat(Long.bitCount(difference)).isEqualTo(1);
        assertThat(store.in(difference, 0)).anyMatch(told -> told.key().equals(key(7)));
    }

    @Test
    void what_nobody_has_configured_is_spread_for_a_while_and_then_forgotten() {
        store.put(KEY, DOWN, 0, 0);
        store.sweep(STALE - 1);
        assertThat(store.in(-1, STALE - 1)).containsExactly(new Told(KEY, DOWN, STALE - 1));

        store.sweep(STALE);
        assertThat(store.in(-1, STALE)).isEmpty();
        assertThat(store.digest()).isEqualTo(new Buckets());
        assertThat(store.get(KEY)).hasValue(DOWN);

        store.sweep(2 * STALE);
        assertThat(store.get(KEY)).isEmpty();
    }

    @Test
    void what_was_forgotten_is_not_taken_from_who_has_had_it_as_long() {
        assertThat(store.put(KEY, DOWN, STALE, 0)).isEqualTo(Outcome.TOO_OLD);
        assertThat(store.put(KEY, DOWN, STALE - 1, 0)).isEqualTo(Outcome.CHANGED);
    }

    @Test
    void whoever_has_a_target_configured_keeps_what_others_know_of_it_young() {
        FactStore owner = new FactStore(INTERVAL);
        owner.configured(Set.of(KEY.target()), 0);
        owner.put(KEY, DOWN, 0, 0);
        store.put(KEY, DOWN, 0, 0);
        long later = STALE - 1;
        assertThat(store.asked(later)).containsExactly(KEY);

        Told vouched = owner.vouched(KEY, later).orElseThrow();
        assertThat(store.put(vouched.key(), vouched.fact(), vouched.ageMs(), later))
                .isEqualTo(Outcome.KNOWN);
        assertThat(store.asked(later)).isEmpty();
        store.sweep(later + STALE - 1);
        assertThat(store.in(-1, later + STALE - 1)).hasSize(1);
    }

    @Test
    void what_is_configured_here_stays_and_begins_to_age_when_it_is_not_any_more() {
        store.configured(Set.of(KEY.target()), 0);
        store.put(KEY, DOWN, 0, 0);
        store.sweep(100 * STALE);
        assertThat(store.in(-1, 100 * STALE)).containsExactly(new Told(KEY, DOWN, 0));

        store.configured(Set.of(), 100 * STALE);
        store.sweep(102 * STALE);
        assertThat(store.size()).isZero();
    }

    @Test
    void a_target_that_is_configured_later_brings_what_is_known_of_it() {
        store.put(KEY, DOWN, 0, 0);

        assertThat(store.configured(Set.of(KEY.target()), 1)).containsExactly(Map.entry(KEY, DOWN));
        assertThat(store.configured(Set.of(KEY.target()), 2)).isEmpty();
    }

    @Test
    void there_is_room_for_so_many_that_are_not_configured_here_and_for_all_that_are() {
        for (int i = 1; i <= FactStore.ROOM; i++) {
            assertThat(store.put(key(i), DOWN, 0, 0)).isEqualTo(Outcome.CHANGED);
        }
        assertThat(store.put(key(60_000), DOWN, 0, 0)).isEqualTo(Outcome.NO_ROOM);

        store.configured(Set.of(key(60_000).target()), 0);
        assertThat(store.put(key(60_000), DOWN, 0, 0)).isEqualTo(Outcome.CHANGED);
        store.sweep(2 * STALE);
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.put(key(1), DOWN, 0, 2 * STALE)).isEqualTo(Outcome.CHANGED);
    }
}
