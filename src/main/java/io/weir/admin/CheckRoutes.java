package io.weir.admin;

import io.weir.api.Health;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.probe.CheckResult;
import java.time.Duration;
import java.util.List;

/** Checks of any address, once, which count for nothing. */
final class CheckRoutes {

    private static final List<String> TYPES = List.of("tcp", "http", "https");

    private final Node node;

    CheckRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(Route.post("checks", "Check any address once; the result counts for nothing")
                .takes(Shape.config("CheckRequest"))
                .answers(Shape.of(ProbeRoutes.CheckView.class))
                .by(request -> Answer.ok(ProbeRoutes.view(check(request.fields())))));
    }

    private CheckResult check(Fields fields) {
        String text = fields.requiredText("target", "write " + TargetRoutes.TARGET);
        String type = fields.has("type") ? fields.oneOf("type", TYPES) : TYPES.getFirst();
        String path = fields.text("path", "a path begins with /").orElse(HealthCheck.DEFAULT.path());
        Duration timeout =
                fields.whole("timeout-ms", 100, 60_000).map(Duration::ofMillis).orElse(HealthCheck.DEFAULT.timeout());
        List<Integer> codes = fields.wholes("expected-codes", 100, 599).orElse(HealthCheck.DEFAULT.expectedCodes());
        fields.close();
        if (!path.matches("/\\S*")) {
            throw Refusal.invalid("path", "a path begins with / and has no blanks");
        }
        Endpoint target = TargetRoutes.target(text);
        Health health = node.operations().health();
        return switch (type) {
            case "http" -> health.http(target, path, timeout, codes);
            case "https" -> health.https(target, path, timeout, codes);
            default -> health.tcp(target, timeout);
        };
    }
}
