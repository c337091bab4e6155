package io.weir.engine;

import io.weir.engine.RefusedException.Reason;
import io.weir.model.CircuitBreaker;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Drain;
import io.weir.policy.HealthTrack;
import io.weir.policy.Sample;
import io.weir.policy.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Takes in what befalls single targets: checks, counts, and what the operator does to them. */
final class TargetFold {

    private TargetFold() {}

    /** A target that was unhealthy and is not any more begins to recover. */
    static Conditions told(Conditions conditions, Event.HealthChanged changed, long now) {
        Map<ProxyTarget, HealthStatus> health = new HashMap<>(conditions.health());
        Map<ProxyTarget, HealthStatus> found = new HashMap<>();
        changed.targets().forEach((target, news) -> {
            boolean isPeersWord = Optional.ofNullable(health.get(target))
                    .flatMap(HealthStatus::seenBy)
                    .isPresent();
            if (isPeersWord) {
                return; // the own word is said first; where it counts it comes back
            }
            if (news.isEmpty()) {
                health.remove(target);
            } else {
                found.put(
                        target, new HealthStatus(news.get().status(), news.get().error(), now));
            }
        });
        return found(conditions.withHealth(health), found, now);
    }

    /** The same, where it is known what holds. */
    static Conditions found(Conditions conditions, Map<ProxyTarget, HealthStatus> found, long now) {
        Map<ProxyTarget, HealthStatus> health = new HashMap<>(conditions.health());
        Map<ProxyTarget, Long> backSince = new HashMap<>(conditions.backSince());
        found.forEach((target, news) -> {
            boolean wasDown = Optional.ofNullable(health.put(target, news))
                    .map(before -> before.status() == HealthTrack.Status.UNHEALTHY)
                    .orElse(false);
            if (news.status() == HealthTrack.Status.UNHEALTHY) {
                backSince.remove(target);
            } else if (wasDown) {
                backSince.put(target, now);
            }
        });
        return conditions.withHealth(health).withBackSince(backSince);
    }

    /**
     * Failed checks are errors of the circuit, like failed connections.
     *
     * @param state configured
     */
    static Conditions failed(State state, Event.ChecksFailed failed, long now) {
        Conditions conditions = state.conditions();
        Desired desired = state.desired().orElseThrow();
        for (Proxy proxy : desired.proxies()) {
            CircuitBreaker breaker = Standing.breaker(proxy, desired);
            for (Map.Entry<ProxyTarget, Long> entry : failed.targets().entrySet()) {
                if (breaker.enabled() && entry.getKey().proxy().equals(proxy.name())) {
                    Sample sample = Sample.of(0, 0, 0, 0, 0, entry.getValue());
                    conditions = counted(conditions, entry.getKey(), sample, breaker, now);
                }
            }
        }
        return conditions;
    }

    /** @param state configured */
    static Conditions counted(State state, Event.Counted counted, long now) {
        Conditions before = state.conditions();
        Desired desired = state.desired().orElseThrow();
        Conditions conditions = before;
        for (Proxy proxy : desired.proxies()) {
            CircuitBreaker breaker = Standing.breaker(proxy, desired);
            if (breaker.enabled() || hasCircuits(before, proxy)) {
                for (Endpoint endpoint :
                        Placement.endpoints(proxy, state.observed()).toList()) {
                    Sample sample = sample(
                            before.tallies().get(endpoint), counted.tallies().get(endpoint));
                    conditions = counted(conditions, new ProxyTarget(proxy.name(), endpoint), sample, breaker, now);
                }
            }
        }
        Map<ProxyTarget, Drain> drains = new HashMap<>(conditions.drains());
        counted.remaining()
                .forEach((target, remaining) -> drains.computeIfPresent(
                        target,
                        (key, drain) -> drain.on(withPeers(state.peers(), target, remaining), now)
                                .state()));
        Conditions after = conditions.withDrains(drains).withTallies(counted.tallies());
        return counted.balances() ? after.withBalances(Balance.of(state, after)) : after;
    }

    private static Drain.Event.Counted withPeers(Peers peers, ProxyTarget target, long here) {
        return new Drain.Event.Counted(here + peers.remaining(target), peers.uncounted(target));
    }

    private static boolean hasCircuits(Conditions conditions, Proxy proxy) {
        return conditions.circuits().keySet().stream()
                .anyMatch(target -> target.proxy().equals(proxy.name()));
    }

    /** What was counted since; nothing the first time, and when the index was given anew, which counts from 0. */
    private static Sample sample(@Nullable Tally before, @Nullable Tally after) {
        if (before == null
                || after == null
                || after.syns() < before.syns()
                || after.handshakes() < before.handshakes()) {
            return Sample.NONE;
        }
        return Sample.of(
                after.syns() - before.syns(),
                after.handshakes() - before.handshakes(),
                Math.max(0, after.handshakeResets() - before.handshakeResets()),
                Math.max(0, after.handshakeTimeouts() - before.handshakeTimeouts()),
                Math.max(0, after.earlyResets() - before.earlyResets()),
                0);
    }

    private static Conditions counted(
            Conditions conditions, ProxyTarget target, Sample sample, CircuitBreaker breaker, long now) {
        Circuit before = conditions.circuits().getOrDefault(target, Circuit.CLOSED);
        return with(conditions, target, before.on(new Circuit.Event.Counted(sample), breaker, now), now);
    }

    /** A circuit that closes sets its target recovering; one with nothing to remember is not kept. */
    static Conditions with(Conditions conditions, ProxyTarget target, Transition<Circuit> to, long now) {
        Circuit before = conditions.circuits().getOrDefault(target, Circuit.CLOSED);
        Circuit after = to.state();
        if (after.equals(before)) {
            return conditions;
        }
        Conditions changed = conditions.withCircuits(
                after.equals(Circuit.CLOSED)
                        ? Conditions.minus(conditions.circuits(), target)
                        : Conditions.plus(conditions.circuits(), target, after));
        boolean isClosed = after instanceof Circuit.Closed;
        if (isClosed && !(before instanceof Circuit.Closed)) {
            return changed.withBackSince(Conditions.plus(changed.backSince(), target, now));
        }
        return isClosed ? changed : changed.withBackSince(Conditions.minus(changed.backSince(), target));
    }

    static Conditions forced(State state, Event.ForceHealth force) {
        Map<ProxyTarget, Boolean> forced = new HashMap<>(state.conditions().forced());
        for (ProxyTarget target : found(state, Optional.of(force.proxy()), force.target())) {
            force.healthy().ifPresentOrElse(healthy -> forced.put(target, healthy), () -> forced.remove(target));
        }
        return state.conditions().withForced(forced);
    }

    static State drained(State state, Event.StartDrain start, long now) {
        List<ProxyTarget> targets = found(state, start.proxy(), start.target());
        Duration timeout = start.timeout()
                .orElse(state.desired()
                        .orElseThrow()
                        .settings()
                        .control()
                        .drains()
                        .timeout());
        Conditions conditions = drains(state, targets, (target, drain) -> {
            long connections = start.connections().getOrDefault(target.proxy(), 0L);
            Drain.Event.Start event =
                    new Drain.Event.Start(timeout, connections, state.peers().draining());
            return drain.map(known -> known.on(event, now))
                    .orElseGet(() -> new Transition<>(
                            Transition.Outcome.CHANGED, Drain.start(event, now), "drained by the operator"));
        });
        Peers peers = state.peers();
        for (ProxyTarget target : targets) {
            boolean isAnother = !Objects.equals(
                    conditions.drains().get(target), state.conditions().drains().get(target));
            peers = isAnother ? peers.forgettingDrain(target) : peers;
        }
        return state.with(conditions).with(peers);
    }

    static Conditions undrained(State state, Event.Undrain undrain, long now) {
        return drains(
                state,
                found(state, undrain.proxy(), undrain.target()),
                (target, drain) -> drain.map(known -> known.on(new Drain.Event.Undrain(), now))
                        .orElseThrow(() -> new RefusedException(
                                Reason.NOT_NOW,
                                target.endpoint() + " of proxy '" + target.proxy() + "' is not drained")));
    }

    private static Conditions drains(
            State state,
            List<ProxyTarget> targets,
            BiFunction<ProxyTarget, Optional<Drain>, Transition<Drain>> change) {
        Map<ProxyTarget, Drain> drains = new HashMap<>(state.conditions().drains());
        List<String> refusals = new ArrayList<>();
        for (ProxyTarget target : targets) {
            Transition<Drain> to = change.apply(target, Optional.ofNullable(drains.get(target)));
            note(refusals, target, to);
            drains.put(target, to.state());
        }
        requireAny(targets, refusals);
        return state.conditions().withDrains(drains);
    }

    static Conditions circuit(State state, Event.ForceCircuit force, long now) {
        List<ProxyTarget> targets = found(state, force.proxy(), force.target());
        Desired desired = state.desired().orElseThrow();
        List<String> refusals = new ArrayList<>();
        Conditions conditions = state.conditions();
        for (ProxyTarget target : targets) {
            CircuitBreaker breaker = desired.proxies().stream()
                    .filter(proxy -> proxy.name().equals(target.proxy()))
                    .findFirst()
                    .map(proxy -> Standing.breaker(proxy, desired))
                    .orElse(CircuitBreaker.DEFAULT);
            Transition<Circuit> to = conditions
                    .circuits()
                    .getOrDefault(target, Circuit.CLOSED)
                    .on(force.action().event(), breaker, now);
            note(refusals, target, to);
            conditions = with(conditions, target, to, now);
            if (force.action() == Event.CircuitAction.RESET) { // as at the start: nothing to recover from
                conditions = conditions.withBackSince(Conditions.minus(conditions.backSince(), target));
            }
        }
        requireAny(targets, refusals);
        return conditions;
    }

    private static List<ProxyTarget> found(State state, Optional<String> proxy, Endpoint endpoint) {
        Desired desired = state.desired()
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_CONFIGURED, "no configuration has been applied yet"));
        List<ProxyTarget> targets = Placement.find(desired, proxy, endpoint, state.observed());
        if (targets.isEmpty()) {
            boolean unknownProxy = proxy.isPresent()
                    && desired.proxies().stream()
                            .noneMatch(known -> known.name().equals(proxy.get()));
            throw unknownProxy
                    ? new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + proxy.get() + "'")
                    : new RefusedException(
                            Reason.UNKNOWN_TARGET,
                            proxy.map(name -> "proxy '" + name + "' has").orElse("no proxy has") + " "
                                    + (proxy.isPresent() ? "no target " : "the target ") + endpoint);
        }
        return targets;
    }

    private static void note(List<String> refusals, ProxyTarget target, Transition<?> to) {
        if (to.outcome() == Transition.Outcome.REFUSED) {
            refusals.add(target.endpoint() + " of proxy '" + target.proxy() + "': " + to.why());
        }
    }

    /** What is so already in some proxies is done in the others; in all of them, nothing can be done. */
    private static void requireAny(List<ProxyTarget> targets, List<String> refusals) {
        if (refusals.size() == targets.size()) {
            throw new RefusedException(Reason.NOT_NOW, String.join("; ", refusals));
        }
    }
}
