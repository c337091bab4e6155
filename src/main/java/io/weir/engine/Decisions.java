package io.weir.engine;

import io.weir.model.CircuitBreaker;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Decision;
import io.weir.policy.Drain;
import io.weir.policy.HealthTrack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** What of a turn of the engine the peers should know. */
final class Decisions {

    private Decisions() {}

    /** What the own checks have come to. */
    static List<Decision> of(Event.HealthChanged changed) {
        List<Decision> decisions = new ArrayList<>();
        changed.targets().forEach((target, news) -> {
            if (news.isEmpty()) {
                decisions.add(new Decision.Unchecked(target));
            } else if (news.get().status() != HealthTrack.Status.UNKNOWN) {
                decisions.add(new Decision.Checked(
                        target,
                        news.get().status() == HealthTrack.Status.HEALTHY,
                        news.get().error()));
            }
        });
        return decisions;
    }

    /**
     * @param before after what peers have said, and before anything else
     * @param after with the configuration that counts
     */
    static List<Decision> between(Conditions before, State after) {
        Conditions now = after.conditions();
        if (before == now || after.desired().isEmpty()) {
            return List.of();
        }
        List<Decision> decisions = new ArrayList<>();
        for (ProxyTarget target : differing(before.circuits(), now.circuits())) {
            circuit(
                            target,
                            before.circuits().getOrDefault(target, Circuit.CLOSED),
                            now.circuits().getOrDefault(target, Circuit.CLOSED),
                            after)
                    .ifPresent(decisions::add);
        }
        for (ProxyTarget target : differing(before.drains(), now.drains())) {
            drain(
                            target,
                            Optional.ofNullable(before.drains().get(target)),
                            Optional.ofNullable(now.drains().get(target)))
                    .ifPresent(decisions::add);
        }
        return decisions;
    }

    private static <V> Iterable<ProxyTarget> differing(Map<ProxyTarget, V> before, Map<ProxyTarget, V> after) {
        if (before == after) {
            return List.of();
        }
        TreeSet<ProxyTarget> targets = new TreeSet<>(before.keySet());
        targets.addAll(after.keySet());
        targets.removeIf(target -> Objects.equals(before.get(target), after.get(target)));
        return targets;
    }

    /** One that is closed because its breaker was switched off here, or that left with its target, is nobody else's matter. */
    private static Optional<Decision> circuit(ProxyTarget target, Circuit before, Circuit after, State state) {
        if (after instanceof Circuit.Open open) {
            boolean isNews =
                    !(before instanceof Circuit.Open was) || was.since() != open.since() || open.held() && !was.held();
            return isNews ? Optional.of(new Decision.Opened(target, open.held(), open.why())) : Optional.empty();
        }
        boolean isHeld = before instanceof Circuit.Open open && open.held();
        boolean isClosed = after instanceof Circuit.Closed && !(before instanceof Circuit.Closed);
        return isClosed
                ? breaker(target, state)
                        .filter(breaker -> isHeld || breaker.enabled())
                        .map(_ -> new Decision.Closed(target))
                : Optional.empty();
    }

    /** Of a target that is there. */
    private static Optional<CircuitBreaker> breaker(ProxyTarget target, State state) {
        Desired desired = state.desired().orElseThrow();
        Optional<Proxy> proxy = desired.proxies().stream()
                .filter(known -> known.name().equals(target.proxy()))
                .findFirst();
        return proxy.filter(
                        known -> Placement.endpoints(known, state.observed()).anyMatch(target.endpoint()::equals))
                .map(known -> Standing.breaker(known, desired));
    }

    private static Optional<Decision> drain(ProxyTarget target, Optional<Drain> before, Optional<Drain> after) {
        boolean was = before.map(Drain::withholdsWeight).orElse(false);
        boolean is = after.map(Drain::withholdsWeight).orElse(false);
        boolean begins = is
                && after.get() instanceof Drain.Draining
                && (!was
                        || before.get().course().since() != after.get().course().since());
        if (begins) {
            return Optional.of(new Decision.Drained(target, after.get().course().timeout()));
        }
        return was && !is && after.isPresent() ? Optional.of(new Decision.Undrained(target)) : Optional.empty();
    }
}
