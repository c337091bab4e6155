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
 */
public record State(Optional<Desired> desired, Map<String, Boolean> overrides, Observed observed) {

    static final State UNKNOWN = new State(Optional.empty(), Map.of(), Observed.NOTHING);

    public State {
        overrides = Map.copyOf(overrides);
    }

    /** Whether enough is known to say what the data path should hold. */
    boolean isComplete() {
        return desired.isPresent() && links().isPresent();
    }

    Optional<Map<String, Event.Link>> links() {
        return observed.links();
    }

    Optional<Map<Endpoint, String>> paths() {
        return observed.paths();
    }

    Map<String, List<IpAddress>> names() {
        return observed.names();
    }

    State with(Desired other) {
        return new State(Optional.of(other), overrides, observed);
    }

    State with(Observed other) {
        return new State(desired, overrides, other);
    }

    State withOverrides(List<String> interfaces, boolean attached) {
        Map<String, Boolean> changed = new HashMap<>(overrides);
        interfaces.forEach(name -> changed.put(name, attached));
        return new State(desired, changed, observed);
    }
}
