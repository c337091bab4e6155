package io.weir.engine;

import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Drain;
import io.weir.policy.HealthTrack;
import io.weir.policy.LeastConnections;
import io.weir.policy.Recovery;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is known of targets beyond the configuration: checked, forced, cut off, drained, counted. A target that stands in none
 * of the maps has its configured weight. Times are milliseconds of the engine's clock.
 *
 * @param health as the checks say
 * @param forced what the operator says instead: true healthy, false administratively down
 * @param circuits those that are not closed with nothing counted
 * @param drains also those that are over, until the target is drained again or leaves the configuration
 * @param backSince when a target that had failed came back, while it recovers
 * @param balances of groups that least connections shares out
 * @param tallies as last counted; what the next count is compared with
 */
public record Conditions(
        Map<ProxyTarget, HealthStatus> health,
        Map<ProxyTarget, Boolean> forced,
        Map<ProxyTarget, Circuit> circuits,
        Map<ProxyTarget, Drain> drains,
        Map<ProxyTarget, Long> backSince,
        Map<GroupName, LeastConnections> balances,
        Map<Endpoint, Tally> tallies) {

    /** Nothing is known. */
    public static final Conditions NONE =
            new Conditions(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    public Conditions {
        health = Map.copyOf(health);
        forced = Map.copyOf(forced);
        circuits = Map.copyOf(circuits);
        drains = Map.copyOf(drains);
        backSince = Map.copyOf(backSince);
        balances = Map.copyOf(balances);
        tallies = Map.copyOf(tallies);
    }

    /** All targets whose weight may not be as configured: not those that are merely healthy, which may be very many. */
    Set<ProxyTarget> conspicuous() {
        Set<ProxyTarget> all = new HashSet<>(forced.keySet());
        all.addAll(circuits.keySet());
        all.addAll(drains.keySet());
        all.addAll(backSince.keySet());
        health.forEach((target, found) -> {
            if (found.status() == HealthTrack.Status.UNHEALTHY) {
                all.add(target);
            }
        });
        return all;
    }

    boolean isEmpty() {
        return health.isEmpty()
                && forced.isEmpty()
                && circuits.isEmpty()
                && drains.isEmpty()
                && backSince.isEmpty()
                && balances.isEmpty();
    }

    /** Of these targets only. */
    Conditions where(Predicate<ProxyTarget> kept) {
        return new Conditions(
                only(health, kept),
                only(forced, kept),
                only(circuits, kept),
                only(drains, kept),
                only(backSince, kept),
                balances,
                tallies);
    }

    /** Of all targets but these. */
    Conditions without(Set<ProxyTarget> gone) {
        return where(target -> !gone.contains(target));
    }

    private static <V> Map<ProxyTarget, V> only(Map<ProxyTarget, V> map, Predicate<ProxyTarget> kept) {
        if (map.keySet().stream().allMatch(kept)) {
            return map;
        }
        Map<ProxyTarget, V> rest = new HashMap<>(map);
        rest.keySet().removeIf(kept.negate());
        return rest;
    }

    /** Who has all of its weight again has recovered. */
    Conditions withoutRecovered(Duration step, long now) {
        if (backSince.values().stream().noneMatch(since -> Recovery.percent(since, step, now) == 100)) {
            return this;
        }
        Map<ProxyTarget, Long> left = new HashMap<>(backSince);
        left.values().removeIf(since -> Recovery.percent(since, step, now) == 100);
        return withBackSince(left);
    }

    /** Whether a target must not get a new connection because the operator says so. */
    public boolean isDrained(ProxyTarget target) {
        return Optional.ofNullable(drains.get(target))
                .map(Drain::withholdsWeight)
                .orElse(false);
    }

    public CircuitStatus circuit(ProxyTarget target) {
        return CircuitStatus.of(circuits.get(target));
    }

    /** Drains that go on or are over; empty when the target was never drained. */
    public Optional<DrainStatus> drain(ProxyTarget target) {
        return Optional.ofNullable(drains.get(target)).map(drain -> DrainStatus.of(target, drain));
    }

    Conditions withHealth(Map<ProxyTarget, HealthStatus> other) {
        return new Conditions(other, forced, circuits, drains, backSince, balances, tallies);
    }

    Conditions withForced(Map<ProxyTarget, Boolean> other) {
        return new Conditions(health, other, circuits, drains, backSince, balances, tallies);
    }

    Conditions withCircuits(Map<ProxyTarget, Circuit> other) {
        return new Conditions(health, forced, other, drains, backSince, balances, tallies);
    }

    Conditions withDrains(Map<ProxyTarget, Drain> other) {
        return new Conditions(health, forced, circuits, other, backSince, balances, tallies);
    }

    Conditions withBackSince(Map<ProxyTarget, Long> other) {
        return new Conditions(health, forced, circuits, drains, other, balances, tallies);
    }

    Conditions withBalances(Map<GroupName, LeastConnections> other) {
        return new Conditions(health, forced, circuits, drains, backSince, other, tallies);
    }

    Conditions withTallies(Map<Endpoint, Tally> other) {
        return new Conditions(health, forced, circuits, drains, backSince, balances, other);
    }

    /** One entry more, or another value of it. */
    static <K, V> Map<K, V> plus(Map<K, V> map, K key, V value) {
        Map<K, V> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }

    static <K, V> Map<K, V> minus(Map<K, V> map, K key) {
        Map<K, V> less = new HashMap<>(map);
        less.remove(key);
        return less;
    }
}
