package io.weir.admin;

import io.weir.api.TargetHealth;
import io.weir.engine.CircuitStatus;
import io.weir.engine.Conditions;
import io.weir.engine.DrainStatus;
import io.weir.engine.HealthStatus;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What befalls single targets, as JSON.
 *
 * @param checks of all targets
 * @param now of the engine's clock, which the snapshot's times are of
 */
record TargetViews(Snapshot snapshot, Map<ProxyTarget, TargetHealth> checks, long now) {

    /**
     * @param targetId its address and port, or its name's while that has no address
     * @param destination as configured
     * @param source of the source route it belongs to; null: to the default target
     * @param status as the checks say; unknown counts as healthy
     * @param forced what the operator says instead; null: nothing
     * @param lastError of the check that failed last
     * @param sinceMs how long it is so; null while nothing is known
     * @param checkedHere whether this node checks it
     * @param checkedBy nodes that check it instead of this one
     */
    record TargetHealthView(
            String targetId,
            String destination,
            Optional<String> source,
            HealthTrack.Status status,
            Optional<Boolean> forced,
            String lastError,
            Optional<Long> sinceMs,
            boolean checkedHere,
            List<String> checkedBy,
            int originalWeight,
            int effectiveWeight,
            String reason) {}

    /**
     * @param targets of the default target, then of the routes
     * @param originalWeights as configured, in their order
     * @param effectiveWeights as they are now
     */
    record HealthView(
            String proxyName,
            List<TargetHealthView> targets,
            List<Integer> originalWeights,
            List<Integer> effectiveWeights) {}

    /**
     * @param elapsedMs since the start, until its end when it is over
     * @param uncountedPeers nodes whose connections are in neither count, because they have not told of them yet
     */
    record DrainView(
            String targetId,
            String proxyName,
            DrainStatus.State status,
            long elapsedMs,
            long timeoutMs,
            long currentConnections,
            long initialConnections,
            List<String> uncountedPeers) {}

    /**
     * @param errorRate 0 to 1, in the window while closed, in the trial while half-open
     * @param why it is not closed; empty while it is
     * @param sinceMs how long it is so; null while closed
     * @param held whether the operator has opened it, and has to close it
     */
    record CircuitView(
            String targetId,
            String proxyName,
            CircuitStatus.State state,
            double errorRate,
            String why,
            Optional<Long> sinceMs,
            boolean held) {}

    HealthView health(ProxyStatus proxy) {
        List<TargetStatus> targets = targets(proxy).toList();
        return new HealthView(
                proxy.proxy().name(),
                Stream.concat(
                                proxy.targets().stream().map(target -> health(proxy, Optional.empty(), target)),
                                proxy.routes().stream()
                                        .flatMap(route -> route.targets().stream()
                                                .map(target -> health(proxy, Optional.of(source(route)), target))))
                        .toList(),
                targets.stream().map(target -> target.target().weight()).toList(),
                targets.stream().map(TargetStatus::weight).toList());
    }

    private static String source(RouteStatus route) {
        return route.route().source().text();
    }

    private TargetHealthView health(ProxyStatus proxy, Optional<String> source, TargetStatus status) {
        Conditions conditions = snapshot.conditions();
        Optional<ProxyTarget> target = of(proxy, status);
        Optional<HealthStatus> known =
                target.flatMap(key -> Optional.ofNullable(conditions.health().get(key)));
        Optional<TargetHealth> own = target.flatMap(key -> Optional.ofNullable(checks.get(key)));
        return new TargetHealthView(
                status.endpoint()
                        .map(Endpoint::toString)
                        .orElse(status.target().destination().text()),
                status.target().destination().text(),
                source,
                known.map(HealthStatus::status).orElse(HealthTrack.Status.UNKNOWN),
                target.flatMap(key -> Optional.ofNullable(conditions.forced().get(key))),
                known.map(HealthStatus::error).orElse(""),
                known.map(health -> now - health.since()),
                own.flatMap(TargetHealth::checks).isPresent(),
                own.map(TargetHealth::checkedBy).orElse(Set.of()).stream()
                        .map(NodeId::name)
                        .sorted()
                        .toList(),
                status.target().weight(),
                status.weight(),
                status.reason().text());
    }

    List<DrainView> drains() {
        return snapshot.conditions().drains().entrySet().stream()
                .map(entry -> DrainStatus.of(entry.getKey(), entry.getValue()))
                .sorted((one, other) -> one.target().compareTo(other.target()))
                .map(this::of)
                .toList();
    }

    private DrainView of(DrainStatus drain) {
        return new DrainView(
                drain.target().endpoint().toString(),
                drain.target().proxy(),
                drain.state(),
                drain.endedAt().orElse(now) - drain.since(),
                drain.timeout().toMillis(),
                drain.current(),
                drain.initial(),
                drain.uncounted().stream().map(NodeId::name).sorted().toList());
    }

    /** Of every target, also those whose circuit never opened. */
    List<CircuitView> circuits() {
        return snapshot.proxies().stream()
                .flatMap(proxy -> targets(proxy).flatMap(status -> of(proxy, status).stream()))
                .distinct()
                .map(this::circuit)
                .toList();
    }

    private CircuitView circuit(ProxyTarget target) {
        CircuitStatus status = CircuitStatus.of(snapshot.conditions().circuits().get(target));
        return new CircuitView(
                target.endpoint().toString(),
                target.proxy(),
                status.state(),
                status.errorRate(),
                status.why(),
                status.since().isPresent() ? Optional.of(now - status.since().getAsLong()) : Optional.empty(),
                status.isHeld());
    }

    private static Stream<TargetStatus> targets(ProxyStatus proxy) {
        return Stream.concat(
                proxy.targets().stream(),
                proxy.routes().stream().map(RouteStatus::targets).flatMap(List::stream));
    }

    private static Optional<ProxyTarget> of(ProxyStatus proxy, TargetStatus status) {
        return status.endpoint().map(endpoint -> new ProxyTarget(proxy.proxy().name(), endpoint));
    }
}
