package io.weir.admin;

import io.weir.admin.Views.ProxyView;
import io.weir.engine.Snapshot;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import java.util.List;

/** The listening services. */
final class ProxyRoutes {

    private final Node node;
    private final Views views;

    ProxyRoutes(Node node) {
        this.node = node;
        this.views = new Views(node.config());
    }

    List<Route> routes() {
        return List.of(
                Route.get("proxies", "All proxies, in the order of the configuration")
                        .answers(Shape.listOf(ProxyView.class))
                        .by(request -> Answer.ok(node.operations().proxies().list().stream()
                                .map(views::of)
                                .toList())),
                Route.post("proxies", "Add a proxy")
                        .takes(Shape.config("Proxy"))
                        .creates(Shape.of(ProxyView.class))
                        .by(this::add),
                Route.get("proxies/{name}", "One proxy")
                        .with("name", "of the proxy")
                        .answers(Shape.of(ProxyView.class))
                        .by(request -> Answer.ok(find(request.path("name")))),
                Route.delete("proxies/{name}", "Remove a proxy; its established connections go on")
                        .with("name", "of the proxy")
                        .by(this::remove),
                Route.put("proxies/{name}/targets", "Give a proxy's default target other addresses or weights")
                        .with("name", "of the proxy")
                        .takes(Shape.config("Targets"))
                        .answers(Shape.of(ProxyView.class))
                        .by(this::replaceTargets));
    }

    /** What holds for parts of a configuration that do not say it themselves. */
    static Settings settings(Node node) {
        return node.operations().status().settings().orElse(Settings.DEFAULT);
    }

    private ProxyView find(String name) {
        return views.of(node.operations().proxies().find(name).orElseThrow(() -> unknown(name)));
    }

    static Refusal unknown(String name) {
        return new Refusal(404, "unknown-proxy", "there is no proxy '" + name + "'");
    }

    private Answer add(Request request) {
        Proxy proxy = node.config().proxy(request.body(), settings(node));
        node.operations().proxies().add(proxy);
        return Answer.created(find(proxy.name()), Route.API + "proxies/" + proxy.name());
    }

    private Answer remove(Request request) {
        String name = request.path("name");
        node.operations().proxies().remove(name);
        return Answer.done("proxy '" + name + "' is removed; its established connections go on");
    }

    private Answer replaceTargets(Request request) {
        String name = request.path("name");
        require(node, name);
        node.operations().proxies().replaceTargets(name, node.config().group(request.body(), settings(node)));
        return Answer.ok(find(name));
    }

    /** So that a path that does not exist is said before what is wrong with the body. */
    static Snapshot.ProxyStatus require(Node node, String name) {
        return node.operations().proxies().find(name).orElseThrow(() -> unknown(name));
    }
}
