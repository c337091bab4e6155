package io.weir.admin;

import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Desired;
import java.util.ArrayList;
import java.util.List;

/** The whole configuration. */
final class ConfigRoutes {

    private final Node node;

    ConfigRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("config", "What is configured now, under the keys of the file; without secrets")
                .answers(Shape.config("Configuration"))
                .by(request -> Answer.ok(Json.node(node.config().tree(desired())))));
        node.reload()
                .ifPresent(reload -> routes.add(Route.post("reload", "Read the configuration file again and apply it")
                        .by(request -> Answer.done(reload.run()))));
        return routes;
    }

    private Desired desired() {
        Snapshot snapshot = node.operations().status();
        return new Desired(
                snapshot.proxies().stream().map(ProxyStatus::proxy).toList(),
                snapshot.settings()
                        .orElseThrow(() -> Refusals.unavailable("not-configured", "no configuration is applied yet")));
    }
}
