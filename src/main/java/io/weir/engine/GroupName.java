package io.weir.engine;

import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import java.util.Optional;

/**
 * A group by its place in the configuration.
 *
 * @param route of the proxy; empty: its default group
 */
public record GroupName(String proxy, Optional<SourceRoute.Source> route) {

    /** The first place at which a group of the proxy stands, by identity. */
    static GroupName of(Proxy proxy, Group group) {
        Optional<SourceRoute.Source> route = proxy.defaultGroup() == group
                ? Optional.empty()
                : proxy.sourceRoutes().stream()
                        .filter(candidate -> candidate.group() == group)
                        .map(SourceRoute::source)
                        .findFirst();
        return new GroupName(proxy.name(), route);
    }
}
