package io.weir.engine;

import io.weir.engine.Peers.Elsewhere;
import io.weir.model.CircuitBreaker;
import io.weir.model.Desired;
import io.weir.model.NodeId;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Drain;
import io.weir.policy.HealthTrack;
import io.weir.policy.SharedFact;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes in what holds in the whole cluster, by whomever it was said, this node included: a word of its own that comes back
 * says how it stands to what was heard meanwhile. The same again changes nothing.
 */
final class PeerFold {

    private PeerFold() {}

    static State told(State state, Event.PeerNews news, long now) {
        State next = news.draining()
                .map(peers -> state.with(state.peers().withDraining(peers)))
                .orElse(state);
        if (next.desired().isEmpty()) {
            return next;
        }
        next = Unshared.forgotten(next, news, now);
        Set<ProxyTarget> present = Strays.present(next.desired().get(), next.observed());
        Event.PeerNews known = news.where(present::contains);
        next = health(next, known, now);
        next = circuits(next, known, now);
        next = drains(next, known, now);
        return counts(next, known);
    }

    private static State health(State state, Event.PeerNews news, long now) {
        Conditions conditions = state.conditions();
        Map<ProxyTarget, HealthStatus> found = new HashMap<>();
        news.health().forEach((target, fact) -> {
            Optional<NodeId> seenBy = fact.node().equals(news.self()) ? Optional.empty() : Optional.of(fact.node());
            HealthStatus before = conditions.health().get(target);
            HealthTrack.Status status = fact.healthy() ? HealthTrack.Status.HEALTHY : HealthTrack.Status.UNHEALTHY;
            long since = before != null && before.status() == status ? before.since() : now;
            HealthStatus after = new HealthStatus(status, fact.error(), since, seenBy);
            if (!after.equals(before)) {
                found.put(target, after);
            }
        });
        return found.isEmpty() ? state : state.with(TargetFold.found(conditions, found, now));
    }

    private static State circuits(State state, Event.PeerNews news, long now) {
        Map<ProxyTarget, SharedFact.Circuit> known = new HashMap<>(state.peers().circuits());
        Conditions conditions = state.conditions();
        for (Map.Entry<ProxyTarget, SharedFact.Circuit> entry : news.circuits().entrySet()) {
            ProxyTarget target = entry.getKey();
            SharedFact.Circuit fact = entry.getValue();
            if (!fact.equals(known.put(target, fact))) {
                CircuitBreaker breaker = breaker(target, state.desired().orElseThrow());
                Circuit before = conditions.circuits().getOrDefault(target, Circuit.CLOSED);
                conditions =
                        TargetFold.with(conditions, target, before.on(event(fact, news.self()), breaker, now), now);
            }
        }
        return known.equals(state.peers().circuits())
                ? state
                : state.with(conditions).with(state.peers().withCircuits(known));
    }

    private static Circuit.Event event(SharedFact.Circuit fact, NodeId self) {
        if (!fact.open()) {
            return new Circuit.Event.PeerClosed(fact.node());
        }
        String why = fact.node().equals(self) ? fact.why() : fact.why() + " (seen by " + fact.node() + ")";
        return new Circuit.Event.PeerOpened(fact.held(), why);
    }

    private static CircuitBreaker breaker(ProxyTarget target, Desired desired) {
        return desired.proxies().stream()
                .filter(proxy -> proxy.name().equals(target.proxy()))
                .findFirst()
                .map((Proxy proxy) -> Standing.breaker(proxy, desired))
                .orElse(CircuitBreaker.DEFAULT);
    }

    private static State drains(State state, Event.PeerNews news, long now) {
        Map<ProxyTarget, Elsewhere> known = new HashMap<>(state.peers().drains());
        Map<ProxyTarget, Drain> drains = new HashMap<>(state.conditions().drains());
        news.drains().forEach((target, fact) -> {
            Optional<Elsewhere> before = Optional.ofNullable(known.get(target));
            boolean isSame = before.map(last -> last.drain().began().equals(fact.began()))
                    .orElse(false);
            if (!fact.isDrained()) {
                known.put(target, new Elsewhere(fact, Map.of()));
                drains.computeIfPresent(
                        target,
                        (_, drain) -> drain.on(new Drain.Event.Undrain(), now).state());
            } else if (!isSame) {
                known.put(target, new Elsewhere(fact, Map.of()));
                Drain.Event.Start start = new Drain.Event.Start(
                        fact.timeout(),
                        news.connections().getOrDefault(target, 0L),
                        state.peers().draining());
                drains.merge(
                        target,
                        Drain.start(start, now),
                        (drain, _) -> drain.on(start, now).state()); // refused where it is drained already
            }
        });
        return known.equals(state.peers().drains())
                ? state
                : state.with(state.conditions().withDrains(drains))
                        .with(state.peers().withDrains(known));
    }

    private static State counts(State state, Event.PeerNews news) {
        Map<ProxyTarget, Elsewhere> known = new HashMap<>(state.peers().drains());
        Map<ProxyTarget, Drain> drains = new HashMap<>(state.conditions().drains());
        news.counts().forEach((target, counted) -> {
            Elsewhere before = known.get(target);
            if (before != null && before.drain().began().equals(counted.drain())) {
                known.put(target, new Elsewhere(before.drain(), counted.connections()));
                long joined = counted.connections().entrySet().stream()
                        .filter(entry -> !before.connections().containsKey(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
                drains.computeIfPresent(target, (_, drain) -> drain.joined(joined));
            }
        });
        return known.equals(state.peers().drains())
                ? state
                : state.with(state.conditions().withDrains(drains))
                        .with(state.peers().withDrains(known));
    }
}
