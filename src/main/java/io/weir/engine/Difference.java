package io.weir.engine;

import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What was seen since of the things plans rest on. What it does not touch is not worked out again.
 *
 * @param links whether there are other interfaces
 * @param hosts the names that have other addresses
 * @param proxies those that see one of their targets otherwise
 */
record Difference(boolean links, Set<String> hosts, Set<String> proxies) {

    static Difference between(State before, State after) {
        return new Difference(
                !before.links().equals(after.links()), hosts(before.names(), after.names()), proxies(before, after));
    }

    private static Set<String> proxies(State before, State after) {
        Set<String> proxies = new HashSet<>();
        changed(before.standings(), after.standings()).forEach(target -> proxies.add(target.proxy()));
        changed(before.conditions().balances(), after.conditions().balances())
                .forEach(group -> proxies.add(group.proxy()));
        return proxies;
    }

    private static <K, V> Set<K> changed(Map<K, V> before, Map<K, V> after) {
        if (before == after) {
            return Set.of();
        }
        Set<K> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        keys.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
        return keys;
    }

    private static Set<String> hosts(Map<String, List<IpAddress>> before, Map<String, List<IpAddress>> after) {
        if (before == after) {
            return Set.of();
        }
        Set<String> hosts = new HashSet<>(before.keySet());
        hosts.addAll(after.keySet());
        hosts.removeIf(host -> before.getOrDefault(host, List.of()).equals(after.getOrDefault(host, List.of())));
        return hosts;
    }

    /** Whether its listeners, routes or weights may be others now. */
    boolean touches(Proxy proxy) {
        return links
                || proxies.contains(proxy.name())
                || !hosts.isEmpty()
                        && (names(proxy.defaultGroup())
                                || proxy.sourceRoutes().stream().anyMatch(this::names));
    }

    private boolean names(SourceRoute route) {
        return route.source() instanceof Source.Host host && hosts.contains(host.name()) || names(route.group());
    }

    /** Whether its targets or weights may be others now. */
    boolean touches(String proxy, Group group) {
        return links || proxies.contains(proxy) || names(group);
    }

    private boolean names(Group group) {
        return !hosts.isEmpty()
                && group.targets().stream()
                        .anyMatch(target -> target.destination() instanceof Destination.Named named
                                && hosts.contains(named.host()));
    }
}
