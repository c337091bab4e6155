package io.weir.admin;

import io.weir.admin.TargetViews.CircuitView;
import io.weir.admin.TargetViews.DrainView;
import io.weir.admin.TargetViews.HealthView;
import io.weir.api.Circuits;
import io.weir.api.TargetHealth;
import io.weir.engine.Event.CircuitAction;
import io.weir.model.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Health, drains and circuits of targets. */
final class TargetRoutes {

    static final String TARGET = "address and port, as in 10.0.0.1:8080 or [2001:db8::1]:8080";
    private static final String PROXY = "only there; without it in every proxy that has the target";
    static final long LONGEST_DRAIN_MS = 3_600_000;

    private final Node node;

    TargetRoutes(Node node) {
        this.node = node;
    }

    /**
     * What a target is declared to be.
     *
     * @param status {@code healthy}, {@code unhealthy} or {@code auto}: the checks count again
     */
    record ForceView(Forced status) {}

    enum Forced {
        HEALTHY,
        UNHEALTHY,
        AUTO
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("health", "Health and weights of the targets of all proxies")
                .answers(Shape.listOf(HealthView.class))
                .by(request -> Answer.ok(node.operations().proxies().list().stream()
                        .map(views()::health)
                        .toList())));
        routes.add(Route.get("health/{proxy}", "Health and weights of a proxy's targets")
                .with("proxy", "name of the proxy")
                .answers(Shape.of(HealthView.class))
                .by(request -> Answer.ok(views().health(ProxyRoutes.require(node, request.path("proxy"))))));
        routes.add(Route.put("health/{proxy}/{target}", "Declare a target healthy or down, whatever its checks say")
                .with("proxy", "name of the proxy")
                .with("target", TARGET)
                .takes(Shape.of(ForceView.class))
                .answers(Shape.of(HealthView.class))
                .by(this::force));
        routes.add(Route.get("drains", "All drains, also those that are over until their target serves again")
                .answers(Shape.listOf(DrainView.class))
                .by(request -> Answer.ok(views().drains())));
        routes.add(Route.post("drains", "Drain a target: no new connections, the existing ones go on")
                .takes(Shape.config("DrainRequest"))
                .creates(Shape.listOf(DrainView.class))
                .by(this::drain));
        routes.add(Route.get("drains/{target}", "The drains of a target, one for each proxy")
                .with("target", TARGET)
                .answers(Shape.listOf(DrainView.class))
                .by(request -> Answer.ok(drains(target(request.path("target"))))));
        routes.add(Route.delete("drains/{target}", "Give a drained target its weight back")
                .with("target", TARGET)
                .query("proxy", PROXY, Shape.of(String.class))
                .by(this::undrain));
        routes.add(Route.get("circuits", "The circuits of all targets")
                .answers(Shape.listOf(CircuitView.class))
                .by(request -> Answer.ok(views().circuits())));
        for (CircuitAction action : CircuitAction.values()) {
            String word = action.name().toLowerCase(Locale.ROOT);
            routes.add(Route.post("circuits/{target}/" + word, summary(action))
                    .with("target", TARGET)
                    .query("proxy", PROXY, Shape.of(String.class))
                    .by(request -> circuit(request, action)));
        }
        return routes;
    }

    private static String summary(CircuitAction action) {
        return switch (action) {
            case OPEN -> "Cut a target off until it is closed by hand";
            case CLOSE -> "Let a target that was cut off serve again";
            case RESET -> "Forget what was counted of a target, and let it serve";
        };
    }

    private TargetViews views() {
        return new TargetViews(
                node.operations().status(),
                node.operations().health().list().stream()
                        .collect(Collectors.toMap(TargetHealth::target, health -> health, (one, _) -> one)),
                node.clock().getAsLong());
    }

    /** @throws Refusal if it is none */
    static Endpoint target(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException none) {
            throw Refusal.invalid("target", String.valueOf(none.getMessage()));
        }
    }

    private Answer force(Request request) {
        String proxy = request.path("proxy");
        ProxyRoutes.require(node, proxy);
        Endpoint target = target(request.path("target"));
        Fields fields = request.fields();
        String status = fields.oneOf("status", List.of("healthy", "unhealthy", "auto"));
        fields.close();
        if (status.equals("auto")) {
            node.operations().health().release(proxy, target);
        } else {
            node.operations().health().force(proxy, target, status.equals("healthy"));
        }
        return Answer.ok(views().health(ProxyRoutes.require(node, proxy)));
    }

    private List<DrainView> drains(Endpoint target) {
        List<DrainView> drains = views().drains().stream()
                .filter(drain -> drain.targetId().equals(target.toString()))
                .toList();
        if (drains.isEmpty()) {
            throw new Refusal(404, "unknown-drain", target + " is not drained");
        }
        return drains;
    }

    private Answer drain(Request request) {
        Fields fields = request.fields();
        String text = fields.requiredText("target", "write " + TARGET);
        Optional<String> proxy = fields.text("proxy", "write the name of a proxy");
        Optional<Duration> timeout =
                fields.whole("timeout-ms", 1_000, LONGEST_DRAIN_MS).map(Duration::ofMillis);
        fields.close();
        Endpoint target = target(text);
        node.operations().drains().start(proxy, target, timeout); // its end is told by the events
        return Answer.created(drains(target), Route.API + "drains/" + SourceRoutes.encoded(target.toString()));
    }

    private Answer undrain(Request request) {
        Endpoint target = target(request.path("target"));
        node.operations().drains().undrain(request.query("proxy"), target);
        return Answer.done(target + " gets new connections again");
    }

    private Answer circuit(Request request, CircuitAction action) {
        Endpoint target = target(request.path("target"));
        Optional<String> proxy = request.query("proxy");
        Circuits circuits = node.operations().circuits();
        String state = switch (action) {
            case OPEN -> {
                circuits.open(proxy, target);
                yield "open until it is closed by hand";
            }
            case CLOSE -> {
                circuits.close(proxy, target);
                yield "closed";
            }
            case RESET -> {
                circuits.reset(proxy, target);
                yield "closed, and nothing is counted";
            }
        };
        return Answer.done("the circuit of " + target + " is " + state);
    }
}
