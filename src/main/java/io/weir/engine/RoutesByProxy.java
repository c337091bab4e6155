package io.weir.engine;

import io.weir.engine.Image.Route;
import io.weir.engine.Image.RouteKey;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All routes, kept by proxy: those of a proxy that has not changed are the same object in the next image. */
final class RoutesByProxy extends AbstractMap<RouteKey, Route> {

    private final Map<Integer, Map<RouteKey, Route>> parts;

    /** @param parts by proxy number; never changed again */
    RoutesByProxy(Map<Integer, Map<RouteKey, Route>> parts) {
        this.parts = parts;
    }

    static Optional<Map<RouteKey, Route>> part(Map<RouteKey, Route> routes, int proxy) {
        return routes instanceof RoutesByProxy known ? Optional.ofNullable(known.parts.get(proxy)) : Optional.empty();
    }

    /** What of {@code routes} is not the very same object in {@code other}. */
    static Map<RouteKey, Route> without(Map<RouteKey, Route> routes, Map<RouteKey, Route> other) {
        if (!(routes instanceof RoutesByProxy these) || !(other instanceof RoutesByProxy those)) {
            return routes;
        }
        Map<Integer, Map<RouteKey, Route>> rest = new HashMap<>();
        these.parts.forEach((proxy, part) -> {
            if (those.parts.get(proxy) != part) {
                rest.put(proxy, part);
            }
        });
        return new RoutesByProxy(rest);
    }

    @Override
    public int size() {
        return parts.values().stream().mapToInt(Map::size).sum();
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof RouteKey route
                && parts.getOrDefault(route.proxy(), Map.of()).containsKey(route);
    }

    @Override
    public @Nullable Route get(Object key) {
        return key instanceof RouteKey route
                ? parts.getOrDefault(route.proxy(), Map.of()).get(route)
                : null;
    }

    @Override
    public Set<Entry<RouteKey, Route>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<RouteKey, Route>> iterator() {
                return parts.values().stream()
                        .flatMap(part -> part.entrySet().stream())
                        .iterator();
            }

            @Override
            public int size() {
                return RoutesByProxy.this.size();
            }
        };
    }
}
