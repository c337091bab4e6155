package io.weir.engine;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.SourceRoute.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen of the world outside.
 *
 * @param links all interfaces by name
 * @param paths through which interface each target is reached
 * @param names addresses of host names
 */
record Observed(
        Optional<Map<String, Event.Link>> links,
        Optional<Map<Endpoint, String>> paths,
        Map<String, List<IpAddress>> names) {

    static final Observed NOTHING = new Observed(Optional.empty(), Optional.empty(), Map.of());

    public Observed {
        names = Map.copyOf(names);
    }

    Observed withLinks(Map<String, Event.Link> other) {
        return new Observed(Optional.of(other), paths, names);
    }

    Observed withPaths(Map<Endpoint, String> other) {
        return new Observed(links, Optional.of(other), names);
    }

    /** The same object when that is nothing new, which is what most refreshes tell. */
    Observed withNames(Map<String, List<IpAddress>> more) {
        if (names.entrySet().containsAll(more.entrySet())) {
            return this;
        }
        Map<String, List<IpAddress>> all = new HashMap<>(names);
        all.putAll(more);
        return new Observed(links, paths, all);
    }

    /** The prefixes a route stands for; a host name stands for each of its addresses. */
    List<Cidr> prefixes(Source source) {
        return switch (source) {
            case Source.Prefix prefix -> List.of(prefix.cidr());
            case Source.Host host ->
                names.getOrDefault(host.name(), List.of()).stream()
                        .distinct()
                        .map(Cidr::of)
                        .toList();
        };
    }
}
