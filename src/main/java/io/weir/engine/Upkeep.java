package io.weir.engine;

import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.LoadBalancing;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.Drain;
import io.weir.policy.Recovery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the engine looks at on its own account, and when: counts for circuits, drains and least connections. */
final class Upkeep {

    /** A circuit wants to be told at least every second. */
    private static final long CIRCUITS_EVERY_MS = 500;

    private final Tallies tallies;
    private final ActiveFlows activeFlows;
    private long circuitsAt = Long.MIN_VALUE;
    private long drainsAt = Long.MIN_VALUE;
    private long balanceAt = Long.MIN_VALUE;

    /** The configuration that was searched for circuit breakers: asked every turn, it is searched once. */
    private Optional<Desired> searched = Optional.empty();

    private boolean hasBreakers;

    /**
     * What the data path calls targets and proxies.
     *
     * @param targets all it may name
     * @param proxies those that are there, by name
     */
    record Numbers(Map<Integer, Endpoint> targets, Map<String, Integer> proxies) {
        static final Numbers NONE = new Numbers(Map.of(), Map.of());
    }

    Upkeep(Tallies tallies, ActiveFlows activeFlows) {
        this.tallies = tallies;
        this.activeFlows = activeFlows;
    }

    /** When something is due next after what is so now, if nothing happens before; {@link Long#MAX_VALUE}: never. */
    long nextAt(State state, long now) {
        if (state.desired().isEmpty()) {
            return Long.MAX_VALUE;
        }
        Desired desired = state.desired().get();
        long next = Long.MAX_VALUE;
        if (wantsCircuits(state, desired)) {
            next = Math.min(next, circuitsAt);
        }
        if (wantsDrains(state)) {
            next = Math.min(next, drainsAt);
        }
        if (wantsBalance(desired)) {
            next = Math.min(next, balanceAt);
        }
        Duration step = desired.settings().control().health().recoveryStep();
        for (long since : state.conditions().backSince().values()) {
            next = Math.min(next, Recovery.nextChange(since, step, now).orElse(now));
        }
        return next;
    }

    /**
     * What has to be counted now.
     *
     * @throws DataplaneException if the counters cannot be read; it is tried again when it is due again
     */
    Optional<Event.Counted> due(State state, Numbers numbers, long now) {
        if (state.desired().isEmpty()) {
            return Optional.empty();
        }
        Desired desired = state.desired().get();
        boolean circuits = wantsCircuits(state, desired) && circuitsAt <= now;
        boolean drains = wantsDrains(state) && drainsAt <= now;
        boolean balance = wantsBalance(desired) && balanceAt <= now;
        if (!circuits && !drains && !balance) {
            return Optional.empty();
        }
        circuitsAt = circuits ? now + CIRCUITS_EVERY_MS : circuitsAt;
        drainsAt = drains
                ? now + desired.settings().control().drains().checkInterval().toMillis()
                : drainsAt;
        balanceAt = balance ? now + balancing(desired).updateInterval().toMillis() : balanceAt;
        return Optional.of(new Event.Counted(
                circuits || balance
                        ? tallies(numbers.targets())
                        : state.conditions().tallies(),
                drains ? remaining(state, numbers) : Map.of(),
                balance));
    }

    /**
     * Flows on a target that have not ended, by the proxy they came by.
     *
     * @param only this one is asked about; empty: all
     */
    Map<String, Long> connections(Optional<String> only, Endpoint target, Numbers numbers) {
        List<Integer> places = places(target, numbers);
        Map<String, Long> connections = new HashMap<>();
        numbers.proxies().forEach((name, proxy) -> {
            if (only.isEmpty() || only.get().equals(name)) {
                connections.put(name, connections(proxy, places));
            }
        });
        return connections;
    }

    /** Where the data path has a target: looked for once, as there may be a thousand proxies. */
    private static List<Integer> places(Endpoint target, Numbers numbers) {
        return numbers.targets().entrySet().stream()
                .filter(entry -> entry.getValue().equals(target))
                .map(Map.Entry::getKey)
                .toList();
    }

    private long connections(int proxy, List<Integer> places) {
        return places.stream()
                .mapToLong(index -> Math.max(0, activeFlows.flowsOn(proxy, index)))
                .sum();
    }

    /** What the data path has counted of each target. */
    Map<Endpoint, Tally> tallies(Map<Integer, Endpoint> targets) {
        Map<Endpoint, Tally> result = new HashMap<>();
        tallies.tallies(Set.copyOf(targets.keySet())).forEach((index, tally) -> {
            Endpoint endpoint = targets.get(index);
            if (endpoint != null) {
                result.put(endpoint, tally);
            }
        });
        return result;
    }

    private Map<ProxyTarget, Long> remaining(State state, Numbers numbers) {
        Map<ProxyTarget, Long> remaining = new HashMap<>();
        state.conditions().drains().forEach((target, drain) -> {
            Integer proxy = numbers.proxies().get(target.proxy());
            if (isCounted(drain) && proxy != null) {
                remaining.put(target, connections(proxy, places(target.endpoint(), numbers)));
            }
        });
        return remaining;
    }

    private boolean wantsCircuits(State state, Desired desired) {
        if (searched.isEmpty() || searched.get() != desired) {
            searched = Optional.of(desired);
            hasBreakers = desired.proxies().stream()
                    .anyMatch(proxy -> Standing.breaker(proxy, desired).enabled());
        }
        return hasBreakers || !state.conditions().circuits().isEmpty();
    }

    private static boolean wantsDrains(State state) {
        return state.conditions().drains().values().stream().anyMatch(Upkeep::isCounted);
    }

    /** Also when time is up, until the last connection has ended: then the target can be taken away. */
    private static boolean isCounted(Drain drain) {
        return drain instanceof Drain.Draining
                || drain instanceof Drain.TimedOut && drain.course().current() > 0;
    }

    private static boolean wantsBalance(Desired desired) {
        return balancing(desired).algorithm() == Algorithm.LEAST_CONNECTIONS;
    }

    private static LoadBalancing balancing(Desired desired) {
        return desired.settings().control().loadBalancing();
    }
}
