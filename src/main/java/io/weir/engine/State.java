package io.weir.engine;

import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is wanted and what was seen. Empty until it was told: deriving from a configuration or from interfaces that nobody
 * has told yet would tear down what an earlier process left forwarding.
 *
 * @param desired the configuration with all changes since
 * @param overrides interfaces the operator attached (true) or detached (false) beside the configuration
 * @param links all interfaces by name
 * @param paths through which interface each target is reached
 * @param names addresses of host names
 */
public record State(
        Optional<Desired> desired,
        Map<String, Boolean> overrides,
        Optional<Map<String, Event.Link>> links,
        Optional<Map<Endpoint, String>> paths,
        Map<String, List<IpAddress>> names) {

    static final State UNKNOWN = new State(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Map.of());

    public State {
        overrides = Map.copyOf(overrides);
        names = Map.copyOf(names);
    }

    /** Whether enough is known to say what the data path should hold. */
    boolean isComplete() {
        return desired.isPresent() && links.isPresent();
    }

    State with(Desired other) {
        return new State(Optional.of(other), overrides, links, paths, names);
    }

    State withOverrides(List<String> interfaces, boolean attached) {
        Map<String, Boolean> changed = new HashMap<>(overrides);
        interfaces.forEach(name -> changed.put(name, attached));
        return new State(desired, changed, links, paths, names);
    }

    State withLinks(Map<String, Event.Link> other) {
        return new State(desired, overrides, Optional.of(other), paths, names);
    }

    State withPaths(Map<Endpoint, String> other) {
        return new State(desired, overrides, links, Optional.of(other), names);
    }

    State withNames(Map<String, List<IpAddress>> more) {
        Map<String, List<IpAddress>> all = new HashMap<>(names);
        all.putAll(more);
        return new State(desired, overrides, links, paths, all);
    }
}
