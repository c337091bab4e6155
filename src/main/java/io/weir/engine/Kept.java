package io.weir.engine;

import io.weir.model.Desired;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A whole configuration made of the objects of the one before wherever it says the same: what is the same object is neither
 * worked out nor written again, so that a file that is read anew costs what has changed in it.
 */
final class Kept {

    private Kept() {}

    static Desired of(Optional<Desired> before, Desired after) {
        if (before.isEmpty()) {
            return after;
        }
        Map<String, Proxy> known = byKey(before.get().proxies(), Proxy::name);
        return new Desired(
                after.proxies().stream()
                        .map(proxy -> Optional.ofNullable(known.get(proxy.name()))
                                .map(last -> of(last, proxy))
                                .orElse(proxy))
                        .toList(),
                after.settings());
    }

    private static Proxy of(Proxy before, Proxy after) {
        if (before.equals(after)) {
            return before;
        }
        Map<Source, SourceRoute> known = byKey(before.sourceRoutes(), SourceRoute::source);
        List<SourceRoute> routes = after.sourceRoutes().stream()
                .map(route -> Optional.ofNullable(known.get(route.source()))
                        .map(last -> of(last, route))
                        .orElse(route))
                .toList();
        return Proxies.withRoutes(
                Proxies.withDefaultGroup(after, of(before.defaultGroup(), after.defaultGroup())), routes);
    }

    private static SourceRoute of(SourceRoute before, SourceRoute after) {
        return before.equals(after)
                ? before
                : new SourceRoute(after.source(), of(before.group(), after.group()), after.sessionPersistence());
    }

    private static Group of(Group before, Group after) {
        return before.equals(after) ? before : after;
    }

    private static <K, V> Map<K, V> byKey(List<V> values, Function<V, K> key) {
        Map<K, V> map = new HashMap<>();
        values.forEach(value -> map.put(key.apply(value), value));
        return map;
    }
}
