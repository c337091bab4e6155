package io.weir.admin;

import io.weir.admin.Views.SourceRouteView;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The source routes of a proxy. */
final class SourceRoutes {

    private final Node node;
    private final Views views;

    SourceRoutes(Node node) {
        this.node = node;
        this.views = new Views(node.config());
    }

    List<Route> routes() {
        return List.of(
                Route.get("proxies/{name}/routes", "The source routes of a proxy")
                        .with("name", "of the proxy")
                        .answers(Shape.listOf(SourceRouteView.class))
                        .by(request -> Answer.ok(routes(request.path("name")))),
                Route.post("proxies/{name}/routes", "Add a source route")
                        .with("name", "of the proxy")
                        .takes(Shape.config("SourceRoute"))
                        .creates(Shape.of(SourceRouteView.class))
                        .by(this::add),
                Route.delete("proxies/{name}/routes/{source}", "Remove a source route")
                        .with("name", "of the proxy")
                        .with("source", "prefix, address or host name; its slash may be written as %2F")
                        .by(this::remove),
                Route.put("proxies/{name}/routes/{source}/targets", "Give a source route other targets or weights")
                        .with("name", "of the proxy")
                        .with("source", "prefix, address or host name; its slash may be written as %2F")
                        .takes(Shape.config("Targets"))
                        .answers(Shape.of(SourceRouteView.class))
                        .by(this::replaceTargets));
    }

    private List<SourceRouteView> routes(String proxy) {
        return ProxyRoutes.require(node, proxy).routes().stream().map(views::of).toList();
    }

    private SourceRouteView find(String proxy, Source source) {
        ProxyStatus status = ProxyRoutes.require(node, proxy);
        return status.routes().stream()
                .filter(route -> route.route().source().equals(source))
                .findFirst()
                .map(views::of)
                .orElseThrow(() ->
                        new Refusal(404, "unknown-route", "proxy '" + proxy + "' has no route for " + source.text()));
    }

    private Answer add(Request request) {
        String proxy = request.path("name");
        ProxyRoutes.require(node, proxy);
        SourceRoute route = node.config().sourceRoute(request.body(), ProxyRoutes.settings(node));
        node.operations().routes(proxy).add(route);
        String path = Route.API + "proxies/" + proxy + "/routes/"
                + encoded(route.source().text());
        return Answer.created(find(proxy, route.source()), path);
    }

    /** As one segment of a path. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer remove(Request request) {
        String proxy = request.path("name");
        ProxyRoutes.require(node, proxy);
        Source source = node.config().source(request.path("source"));
        node.operations().routes(proxy).remove(source);
        return Answer.done("the route for " + source.text() + " is removed; established connections go on");
    }

    private Answer replaceTargets(Request request) {
        String proxy = request.path("name");
        Source source = node.config().source(request.path("source"));
        find(proxy, source);
        node.operations()
                .routes(proxy)
                .replaceTargets(source, node.config().group(request.body(), ProxyRoutes.settings(node)));
        return Answer.ok(find(proxy, source));
    }
}
