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
import java.util.Set;

/**
 * What was seen since of the things plans rest on. What it does not touch is not worked out again.
 *
 * @param links whether there are other interfaces
 * @param hosts the names that have other addresses
 */
record Difference(boolean links, Set<String> hosts) {

    private static final Difference NONE = new Difference(false, Set.of());

    static Difference between(Observed before, Observed after) {
        return before == after
                ? NONE
                : new Difference(!before.links().equals(after.links()), hosts(before.names(), after.names()));
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
                || !hosts.isEmpty()
                        && (touches(proxy.defaultGroup())
                                || proxy.sourceRoutes().stream().anyMatch(this::touches));
    }

    private boolean touches(SourceRoute route) {
        return route.source() instanceof Source.Host host && hosts.contains(host.name()) || touches(route.group());
    }

    /** Whether its targets or weights may be others now. */
    boolean touches(Group group) {
        return links
                || !hosts.isEmpty()
                        && group.targets().stream()
                                .anyMatch(target -> target.destination() instanceof Destination.Named named
                                        && hosts.contains(named.host()));
    }
}
