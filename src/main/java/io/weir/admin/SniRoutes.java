package io.weir.admin;

import java.util.List;

/** The paths of SNI routes: this version has none, and says so instead of knowing no such path. */
final class SniRoutes {

    private final Node node;

    SniRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(
                Route.get("proxies/{name}/sni-routes", "The SNI routes of a proxy: none in this version")
                        .with("name", "of the proxy")
                        .answers(new Shape.ListOf(Shape.config("SniRoute")))
                        .by(request -> {
                            ProxyRoutes.require(node, request.path("name"));
                            return Answer.ok(List.of());
                        }),
                Route.post("proxies/{name}/sni-routes", "Add an SNI route: refused in this version")
                        .with("name", "of the proxy")
                        .takes(Shape.config("SniRoute"))
                        .creates(Shape.config("SniRoute"))
                        .by(this::refuse),
                Route.delete("proxies/{name}/sni-routes/{hostname}", "Remove an SNI route: refused in this version")
                        .with("name", "of the proxy")
                        .with("hostname", "of the route")
                        .by(this::refuse));
    }

    private Answer refuse(Request request) {
        ProxyRoutes.require(node, request.path("name"));
        throw new Refusal(
                422, "unsupported", "this version has no SNI routes; use source routes, or a proxy for each name");
    }
}
