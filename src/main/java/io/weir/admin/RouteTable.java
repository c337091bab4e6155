package io.weir.admin;

import io.weir.admin.Route.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All routes. */
record RouteTable(List<Route> routes) {

    /** Those with fewer parameters first: {@code connections/count} before {@code connections/{id}}. */
    RouteTable {
        routes = routes.stream()
                .sorted(Comparator.comparing((Route route) -> route.parameters().stream()
                        .filter(parameter -> parameter.in().equals("path"))
                        .count()))
                .toList();
    }

    /** The routes of everything there is. */
    static RouteTable of(Node node, EventStreams events) {
        return new RouteTable(Stream.of(
                        new StatusRoutes(node, events).routes(),
                        new ConfigRoutes(node).routes(),
                        new ProxyRoutes(node).routes(),
                        new SourceRoutes(node).routes(),
                        new SniRoutes(node).routes(),
                        new InterfaceRoutes(node).routes(),
                        new TargetRoutes(node).routes(),
                        new ProbeRoutes(node).routes(),
                        new CheckRoutes(node).routes(),
                        new ConnectionRoutes(node).routes(),
                        new TrafficRoutes(node).routes(),
                        new LatencyRoutes(node).routes(),
                        new BalanceRoutes(node).routes(),
                        new RateLimitRoutes(node).routes(),
                        new ClusterRoutes(node).routes(),
                        events.routes())
                .flatMap(List::stream)
                .toList());
    }

    /** @param method a HEAD is a GET without the body */
    Optional<Route> find(String method, String path) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        return at(path).filter(route -> route.method().name().equals(wanted)).findFirst();
    }

    /** What a path takes; empty if there is no such path. */
    Set<String> methods(String path) {
        Set<String> methods =
                at(path).map(route -> route.method().name()).collect(Collectors.toCollection(TreeSet::new));
        if (methods.contains(Method.GET.name())) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return methods;
    }

    private Stream<Route> at(String path) {
        return routes.stream().filter(route -> route.matches(path));
    }
}
