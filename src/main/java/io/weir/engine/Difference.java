package io.weir.engine;

import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What was seen since of the things plans rest on. What it does not touch is not worked out again.
 *
 * @param links interfaces that have come, gone or changed
 * @param hosts the names that have other addresses
 * @param targets that are seen otherwise
 * @param groups that are balanced otherwise
 */
record Difference(Set<String> links, Set<String> hosts, Set<ProxyTarget> targets, Set<GroupName> groups) {

    static Difference between(State before, State after) {
        return new Difference(
                changed(before.links().orElse(Map.of()), after.links().orElse(Map.of())),
                hosts(before.names(), after.names()),
                changed(before.standings(), after.standings()),
                changed(before.conditions().balances(), after.conditions().balances()));
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

    /** Whether all is seen as before. */
    boolean isNone() {
        return links.isEmpty() && hosts.isEmpty() && targets.isEmpty() && groups.isEmpty();
    }

    /** Which proxies' listeners, routes or weights may be others now. */
    Predicate<Proxy> touched() {
        if (isNone()) {
            return proxy -> false;
        }
        Set<String> proxies = new HashSet<>();
        targets.forEach(target -> proxies.add(target.proxy()));
        groups.forEach(group -> proxies.add(group.proxy()));
        return proxy -> proxies.contains(proxy.name())
                || speaksOf(proxy.listen())
                || speaksOf(proxy.defaultGroup())
                || proxy.sourceRoutes().stream().anyMatch(this::speaksOf);
    }

    /** With an address of its own a listener is the same on every interface. */
    private boolean speaksOf(Listen listen) {
        return listen.address().isEmpty() && listen.interfaces().stream().anyMatch(links::contains);
    }

    private boolean speaksOf(SourceRoute route) {
        return route.source() instanceof Source.Host host && hosts.contains(host.name()) || speaksOf(route.group());
    }

    /** Whether its targets or weights may be others now. */
    boolean touches(GroupName name, Group group) {
        return !groups.isEmpty() && groups.contains(name)
                || speaksOf(group)
                || !targets.isEmpty() && isSeenOtherwise(name.proxy(), group);
    }

    /** Which addresses a name stood for is not known here: it may be any. */
    private boolean isSeenOtherwise(String proxy, Group group) {
        return group.targets().stream().anyMatch(target -> switch (target.destination()) {
            case Destination.Fixed fixed -> targets.contains(new ProxyTarget(proxy, fixed.endpoint()));
            case Destination.Named _ -> true;
        });
    }

    private boolean speaksOf(Group group) {
        return !(links.isEmpty() && hosts.isEmpty())
                && group.targets().stream().anyMatch(target -> switch (target.destination()) {
                    case Destination.Fixed fixed -> isScoped(fixed.endpoint());
                    case Destination.Named named -> hosts.contains(named.host());
                });
    }

    /** Whether an endpoint means something only together with one of the interfaces. */
    boolean isScoped(Endpoint endpoint) {
        return endpoint.zone().filter(links::contains).isPresent();
    }
}
