package io.weir.metrics;

import io.weir.engine.CircuitStatus;
import io.weir.engine.CircuitStatus.State;
import io.weir.engine.Conditions;
import io.weir.engine.HealthStatus;
import io.weir.engine.Snapshot;
import io.weir.model.CircuitBreaker;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack.Status;
import java.util.List;
import java.util.Optional;

/** How targets are, as their proxies see them. */
final class ConditionFamilies {

    private static final String[] LABELS = {"proxy_name", "target_ip", "target_port"};

    private final CheckLatencies latencies;

    ConditionFamilies(CheckLatencies latencies) {
        this.latencies = latencies;
    }

    List<Family> of(Snapshot snapshot, Backends backends) {
        Family health = Family.gauge(
                "lb_backend_health",
                "Backend health status (1=healthy or not known to be otherwise, 0=unhealthy).",
                LABELS);
        Family state = Family.gauge(
                "lb_circuit_breaker_state", "Circuit breaker state (0=closed, 1=half-open, 2=open).", LABELS);
        Family rate = Family.gauge(
                "lb_circuit_breaker_error_rate",
                "Share of a backend's connections that failed, as its circuit breaker counts them (0 to 1).",
                LABELS);
        backends.all().forEach((target, backend) -> {
            String[] labels = Backends.labels(target);
            health.add(isHealthy(snapshot.conditions(), target), labels);
            if (hasCircuit(snapshot, target, backend)) {
                CircuitStatus circuit = snapshot.conditions().circuit(target);
                state.add(number(circuit.state()), labels);
                rate.add(circuit.errorRate(), labels);
            }
        });
        return List.of(health, checks(backends), state, rate);
    }

    /** What the operator says goes before what the checks say. */
    private static boolean isHealthy(Conditions conditions, ProxyTarget target) {
        Optional<HealthStatus> checked = Optional.ofNullable(conditions.health().get(target));
        return Optional.ofNullable(conditions.forced().get(target))
                .orElse(checked.map(HealthStatus::status)
                        .filter(Status.UNHEALTHY::equals)
                        .isEmpty());
    }

    private static boolean hasCircuit(Snapshot snapshot, ProxyTarget target, Backends.Backend backend) {
        return snapshot.conditions().circuits().containsKey(target)
                || backend.status()
                        .proxy()
                        .circuitBreaker()
                        .or(() -> snapshot.settings()
                                .flatMap(settings -> settings.control().circuitBreaker()))
                        .filter(CircuitBreaker::enabled)
                        .isPresent();
    }

    private static int number(State state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private Family checks(Backends backends) {
        Family family = Family.histogram(
                "lb_health_check_latency_seconds",
                "How long health checks took, passed and failed ones.",
                "proxy_name",
                "target_id");
        latencies
                .of(backends.all().keySet())
                .forEach((target, histogram) ->
                        family.add(histogram, target.proxy(), target.endpoint().toString()));
        return family;
    }
}
