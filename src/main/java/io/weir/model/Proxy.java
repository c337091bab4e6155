package io.weir.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A listening service of the config.
 *
 * @param name unique, 1 to 64 of {@code [A-Za-z0-9._-]}
 * @param listen what it takes
 * @param defaultGroup where a client goes that no route names
 * @param sourceRoutes by the client's address, the most specific wins
 * @param sniRoutes by the TLS server name, before source routes
 * @param sessionPersistence whether the client's address alone chooses the target of the default group
 * @param circuitBreaker its own breaker, if it does not follow the settings
 */
public record Proxy(
        String name,
        Listen listen,
        Group defaultGroup,
        List<SourceRoute> sourceRoutes,
        List<SniRoute> sniRoutes,
        boolean sessionPersistence,
        Optional<CircuitBreaker> circuitBreaker) {

    public Proxy {
        sourceRoutes = List.copyOf(sourceRoutes);
        sniRoutes = List.copyOf(sniRoutes);
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("a proxy's name is 1 to 64 of [A-Za-z0-9._-], not '" + name + "'");
        }
    }

    /** The default group, then those of the source routes. */
    public Stream<Group> groups() {
        return Stream.concat(Stream.of(defaultGroup), sourceRoutes.stream().map(SourceRoute::group));
    }

    /** Host names of targets and of sources. */
    public Stream<String> hosts() {
        return Stream.concat(
                names().map(Destination.Named::host),
                sourceRoutes.stream()
                        .flatMap(route -> route.source() instanceof SourceRoute.Source.Host host
                                ? Stream.of(host.name())
                                : Stream.of()));
    }

    /** Host names of targets, with all that ask for the same. */
    public Stream<Destination.Named> names() {
        return groups().flatMap(group -> group.targets().stream())
                .flatMap(target ->
                        target.destination() instanceof Destination.Named named ? Stream.of(named) : Stream.of());
    }
}
