package io.weir.engine;

import io.weir.model.ControlPlane.LoadBalancing;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.ProxyTarget;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is wanted and what was seen. Empty until it was told: deriving from a configuration or from interfaces that nobody
 * has told yet would tear down what an earlier process left forwarding.
 *
 * @param desired the configuration with all changes since
 * @param overrides interfaces the operator attached (true) or detached (false) beside the configuration
 * @param conditions what is known of single targets
 * @param standings what those come to now, of targets that are not sound
 * @param peers what was last heard of them
 */
record State(
        Optional<Desired> desired,
        Map<String, Boolean> overrides,
        Observed observed,
        Conditions conditions,
        Map<ProxyTarget, Standing> standings,
        Peers peers) {

    static final State UNKNOWN =
            new State(Optional.empty(), Map.of(), Observed.NOTHING, Conditions.NONE, Map.of(), Peers.NONE);

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
        boolean balancesAsBefore = desired.map(before -> balancing(before).equals(balancing(other)))
                .orElse(true);
        Conditions kept = balancesAsBefore ? conditions : conditions.withBalances(Map.of());
        State changed = new State(Optional.of(other), overrides, observed, kept, standings, peers);
        if (desired.isEmpty() || kept.isEmpty()) {
            return changed.withoutStrays();
        }
        Set<ProxyTarget> strays = Strays.between(desired.get(), other, observed);
        return strays.isEmpty()
                ? changed
                : changed.with(kept.without(strays)).with(peers.where(target -> !strays.contains(target)));
    }

    State with(Observed other) {
        State changed = new State(desired, overrides, other, conditions, standings, peers);
        return other.names() == observed.names() ? changed : changed.withoutStrays();
    }

    State withOverrides(List<String> interfaces, boolean attached) {
        Map<String, Boolean> changed = new HashMap<>(overrides);
        interfaces.forEach(name -> changed.put(name, attached));
        return new State(desired, changed, observed, conditions, standings, peers);
    }

    State with(Conditions other) {
        return new State(desired, overrides, observed, other, standings, peers);
    }

    State with(Peers other) {
        return new State(desired, overrides, observed, conditions, standings, other);
    }

    /** With all that depends on time as it is now. */
    State at(long now) {
        if (desired.isEmpty() || conditions.isEmpty() && standings.isEmpty()) {
            return this;
        }
        Duration step = desired.get().settings().control().health().recoveryStep();
        Conditions upToDate = conditions.withoutRecovered(step, now);
        Map<ProxyTarget, Standing> current = Standing.all(upToDate, desired.get(), now);
        return new State(
                desired, overrides, observed, upToDate, current.equals(standings) ? standings : current, peers);
    }

    /** What was known of targets that are not configured any more is forgotten. */
    private State withoutStrays() {
        if (conditions.isEmpty() && peers.isEmpty() || desired.isEmpty()) {
            return this;
        }
        Set<ProxyTarget> present = Strays.present(desired.get(), observed);
        return with(conditions.where(present::contains)).with(peers.where(present::contains));
    }

    private static LoadBalancing balancing(Desired desired) {
        return desired.settings().control().loadBalancing();
    }
}
