package io.weir.engine;

import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Target;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where targets are: the one endpoint of an address, all of a host name. */
final class Placement {

    private Placement() {}

    /** In order, so that all nodes see the same; none while a host name has no address. */
    static List<Endpoint> endpoints(Target target, Observed observed) {
        return switch (target.destination()) {
            case Destination.Fixed fixed -> List.of(fixed.endpoint());
            case Destination.Named named ->
                observed.names().getOrDefault(named.host(), List.of()).stream()
                        .distinct()
                        .sorted()
                        .map(address -> new Endpoint(address, Optional.empty(), named.port()))
                        .toList();
        };
    }

    /** Of all its groups, each once. */
    static Stream<Endpoint> endpoints(Proxy proxy, Observed observed) {
        return proxy.groups()
                .flatMap(group -> group.targets().stream())
                .flatMap(target -> endpoints(target, observed).stream())
                .distinct();
    }

    /** The endpoint in every proxy that has it, or in the one named. */
    static List<ProxyTarget> find(Desired desired, Optional<String> proxy, Endpoint endpoint, Observed observed) {
        return desired.proxies().stream()
                .filter(candidate -> proxy.isEmpty() || proxy.get().equals(candidate.name()))
                .filter(candidate -> endpoints(candidate, observed).anyMatch(endpoint::equals))
                .map(candidate -> new ProxyTarget(candidate.name(), endpoint))
                .toList();
    }
}
