package io.weir.engine;

import io.weir.model.CircuitBreaker;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.policy.Candidate;
import io.weir.policy.Circuit;
import io.weir.policy.Exclusion;
import io.weir.policy.HealthTrack;
import io.weir.policy.Recovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What {@link Conditions} come to for one target at one moment: all that its weight depends on beside the configuration.
 *
 * @param halfOpenShare while its circuit is half-open
 * @param recoveryPercent 100: it is not recovering
 */
record Standing(List<Exclusion> exclusions, OptionalDouble halfOpenShare, int recoveryPercent) {

    static final Standing SOUND = new Standing(List.of(), OptionalDouble.empty(), 100);

    Standing {
        exclusions = List.copyOf(exclusions);
    }

    private static Standing of(Candidate candidate) {
        return new Standing(candidate.exclusions(), candidate.halfOpenShare(), candidate.recoveryPercent());
    }

    Candidate applied(Candidate candidate) {
        Candidate result = candidate.recovering(recoveryPercent);
        for (Exclusion exclusion : exclusions) {
            result = result.excluded(exclusion);
        }
        return halfOpenShare.isPresent() ? result.halfOpen(halfOpenShare.getAsDouble()) : result;
    }

    /** Those of all targets that are not sound. */
    static Map<ProxyTarget, Standing> all(Conditions conditions, Desired desired, long now) {
        Set<ProxyTarget> conspicuous = conditions.conspicuous();
        if (conspicuous.isEmpty()) {
            return Map.of();
        }
        Map<String, CircuitBreaker> breakers = new HashMap<>();
        desired.proxies().forEach(proxy -> breakers.put(proxy.name(), breaker(proxy, desired)));
        Map<ProxyTarget, Standing> all = new HashMap<>();
        for (ProxyTarget target : conspicuous) {
            CircuitBreaker breaker = breakers.get(target.proxy());
            if (breaker != null) {
                Standing standing = of(candidate(target, conditions, breaker, desired, now));
                if (!standing.equals(SOUND)) {
                    all.put(target, standing);
                }
            }
        }
        return Map.copyOf(all);
    }

    private static Candidate candidate(
            ProxyTarget target, Conditions conditions, CircuitBreaker breaker, Desired desired, long now) {
        Candidate candidate = Candidate.of(1);
        if (conditions.isDrained(target)) {
            candidate = candidate.excluded(Exclusion.DRAINED);
        }
        Optional<Boolean> forced = Optional.ofNullable(conditions.forced().get(target));
        Optional<HealthStatus> health = Optional.ofNullable(conditions.health().get(target));
        if (forced.isPresent() && !forced.get()) {
            candidate = candidate.excluded(Exclusion.ADMINISTRATIVELY_DOWN);
        } else if (forced.isEmpty() && health.isPresent() && health.get().status() == HealthTrack.Status.UNHEALTHY) {
            candidate = candidate.excluded(Exclusion.unhealthy(health.get().text()));
        }
        candidate = conditions.circuits().getOrDefault(target, Circuit.CLOSED).applied(candidate, breaker, now);
        Long since = conditions.backSince().get(target);
        return since == null
                ? candidate
                : candidate.recovering(Recovery.percent(
                        since, desired.settings().control().health().recoveryStep(), now));
    }

    /** The circuit breaker that a proxy is under: its own, else that of the settings. */
    static CircuitBreaker breaker(Proxy proxy, Desired desired) {
        return proxy.circuitBreaker()
                .or(() -> desired.settings().control().circuitBreaker())
                .orElse(CircuitBreaker.DEFAULT);
    }
}
