package io.weir.admin;

import io.weir.model.Change;
import io.weir.model.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole configuration. */
final class ConfigRoutes {

    private static final String DRY_RUN = "dry-run";

    private final Node node;

    /** @param changes what is otherwise now, or would be */
    record ReloadView(boolean success, String message, List<ChangeView> changes) {}

    /**
     * @param path of the value; elements of lists by their names
     * @param before as the file writes it, null where it was not there
     * @param after as the file writes it, null where it is there no more
     * @param needsRestart whether a node that runs cannot take it
     */
    record ChangeView(String path, Optional<String> before, Optional<String> after, boolean needsRestart) {

        static ChangeView of(Change change) {
            return new ChangeView(change.path(), change.before(), change.after(), change.needsRestart());
        }
    }

    ConfigRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("config", "What is configured now, under the keys of the file; without secrets")
                .answers(Shape.config("Configuration"))
                .by(request -> Answer.ok(Json.node(node.config().tree(desired())))));
        node.reload().ifPresent(reload -> routes.addAll(of(reload)));
        return routes;
    }

    private static List<Route> of(Node.Reload reload) {
        return List.of(
                Route.post("reload", "Read the configuration file again and apply it, whole or not at all")
                        .query(DRY_RUN, "only say what would change", Shape.of(boolean.class))
                        .answers(Shape.of(ReloadView.class))
                        .by(request -> answer(reload.file(isDry(request)))),
                Route.post("config", "Apply a whole configuration, as GET prints it, until the file is read again")
                        .query(DRY_RUN, "only say what would change", Shape.of(boolean.class))
                        .takes(Shape.config("Configuration"))
                        .answers(Shape.of(ReloadView.class))
                        .by(request -> answer(reload.sent(request.body(), isDry(request)))));
    }

    private static boolean isDry(Request request) {
        String dry = request.query(DRY_RUN).orElse("false");
        if (!dry.equals("true") && !dry.equals("false")) {
            throw Refusal.invalid("?" + DRY_RUN, "write true or false");
        }
        return dry.equals("true");
    }

    private static Answer answer(Node.Outcome outcome) {
        return Answer.ok(new ReloadView(
                true,
                outcome.message(),
                outcome.changes().stream().map(ChangeView::of).toList()));
    }

    private Desired desired() {
        return node.operations()
                .status()
                .desired()
                .orElseThrow(() -> Refusals.unavailable("not-configured", "no configuration is applied yet"));
    }
}
