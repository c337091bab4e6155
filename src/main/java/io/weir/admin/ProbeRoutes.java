package io.weir.admin;

import io.weir.model.IpAddress;
import io.weir.probe.CheckResult;
import io.weir.probe.NameStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Checks out of turn, and the host names of targets. */
final class ProbeRoutes {

    private final Node node;

    ProbeRoutes(Node node) {
        this.node = node;
    }

    /**
     * @param made false: this host could not ask, which says nothing about the target
     * @param latencyMs null when it was not made
     * @param message for people
     */
    record CheckView(boolean made, boolean success, Optional<Double> latencyMs, String message) {}

    /**
     * @param addresses of the last answer that had any
     * @param lastSuccess as RFC 3339 has it; null: none of this process
     * @param consecutiveFailures since then
     * @param lastError null when the last lookup did not fail
     * @param refused addresses of the last answer that no target can have, each with the reason
     */
    record NameView(
            String hostname,
            boolean resolved,
            List<String> addresses,
            Optional<String> lastSuccess,
            int consecutiveFailures,
            Optional<String> lastError,
            List<String> refused) {}

    List<Route> routes() {
        return List.of(
                Route.post("health/{proxy}/{target}/check", "Check a target now; the result counts like any other")
                        .with("proxy", "name of the proxy")
                        .with("target", TargetRoutes.TARGET)
                        .answers(Shape.of(CheckView.class))
                        .by(this::check),
                Route.get("dns", "The host names of targets, with their addresses")
                        .answers(Shape.listOf(NameView.class))
                        .by(request -> Answer.ok(node.operations().dns().list().stream()
                                .map(ProbeRoutes::view)
                                .toList())),
                Route.post("dns/{hostname}/resolve", "Resolve a host name now")
                        .with("hostname", "of a target")
                        .answers(Shape.of(NameView.class))
                        .by(this::resolve));
    }

    private Answer check(Request request) {
        String proxy = request.path("proxy");
        ProxyRoutes.require(node, proxy);
        return Answer.ok(view(node.operations()
                .health()
                .checkNow(proxy, TargetRoutes.target(request.path("target")))
                .toCompletableFuture()
                .join()));
    }

    static CheckView view(CheckResult result) {
        return switch (result) {
            case CheckResult.Passed passed -> new CheckView(true, true, millis(passed.latency()), passed.message());
            case CheckResult.Failed failed -> new CheckView(true, false, millis(failed.latency()), failed.message());
            case CheckResult.NotMade none -> new CheckView(false, false, Optional.empty(), none.message());
        };
    }

    private static Optional<Double> millis(Duration latency) {
        return Optional.of(latency.toNanos() / 1000 / 1e3);
    }

    private Answer resolve(Request request) {
        String host = request.path("hostname");
        if (node.operations().dns().find(host).isEmpty()) {
            throw new Refusal(404, "unknown-name", "no target has the name " + host);
        }
        return Answer.ok(view(
                node.operations().dns().resolveNow(host).toCompletableFuture().join()));
    }

    private static NameView view(NameStatus status) {
        return new NameView(
                status.host(),
                !status.isUnresolved(),
                status.addresses().stream().map(IpAddress::toString).toList(),
                status.lastSuccess().map(Instant::toString),
                status.consecutiveFailures(),
                status.lastError(),
                status.refused());
    }
}
