package io.weir.engine;

import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import java.util.List;

/** Copies of a proxy with one part changed. */
final class Proxies {

    private Proxies() {}

    static Proxy withDefaultGroup(Proxy proxy, Group group) {
        return new Proxy(
                proxy.name(),
                proxy.listen(),
                group,
                proxy.sourceRoutes(),
                proxy.sniRoutes(),
                proxy.sessionPersistence(),
                proxy.circuitBreaker());
    }

    static Proxy withRoutes(Proxy proxy, List<SourceRoute> routes) {
        return new Proxy(
                proxy.name(),
                proxy.listen(),
                proxy.defaultGroup(),
                routes,
                proxy.sniRoutes(),
                proxy.sessionPersistence(),
                proxy.circuitBreaker());
    }
}
