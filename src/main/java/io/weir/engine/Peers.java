package io.weir.engine;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What was last heard of the peers: that something is heard again is to change nothing.
 *
 * @param draining peers whose connections a drain waits for
 * @param circuits as last told
 * @param drains as last told, with what is left of them elsewhere
 */
record Peers(Set<NodeId> draining, Map<ProxyTarget, SharedFact.Circuit> circuits, Map<ProxyTarget, Elsewhere> drains) {

    static final Peers NONE = new Peers(Set.of(), Map.of(), Map.of());

    Peers {
        draining = Set.copyOf(draining);
        circuits = Map.copyOf(circuits);
        drains = Map.copyOf(drains);
    }

    /** @param connections of peers that have counted them since this drain began */
    record Elsewhere(SharedFact.Drain drain, Map<NodeId, Long> connections) {
        Elsewhere {
            connections = Map.copyOf(connections);
        }
    }

    /** Of targets; who they are does not count. */
    boolean isEmpty() {
        return circuits.isEmpty() && drains.isEmpty();
    }

    Peers withDraining(Set<NodeId> other) {
        return new Peers(other, circuits, drains);
    }

    Peers withCircuits(Map<ProxyTarget, SharedFact.Circuit> other) {
        return new Peers(draining, other, drains);
    }

    Peers withDrains(Map<ProxyTarget, Elsewhere> other) {
        return new Peers(draining, circuits, other);
    }

    /** Connections to a drained target that living peers have. */
    long remaining(ProxyTarget target) {
        return connections(target).entrySet().stream()
                .filter(entry -> draining.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Peers that have not counted yet what they have left since the drain began. */
    Set<NodeId> uncounted(ProxyTarget target) {
        Set<NodeId> uncounted = new HashSet<>(draining);
        uncounted.removeAll(connections(target).keySet());
        return uncounted;
    }

    private Map<NodeId, Long> connections(ProxyTarget target) {
        return Optional.ofNullable(drains.get(target))
                .map(Elsewhere::connections)
                .orElse(Map.of());
    }

    /** A drain that began here: what was counted for one before does not count for it. */
    Peers forgettingDrain(ProxyTarget target) {
        return drains.containsKey(target) ? withDrains(Conditions.minus(drains, target)) : this;
    }

    /** Of these targets only. */
    Peers where(Predicate<ProxyTarget> kept) {
        if (circuits.keySet().stream().allMatch(kept)
                && drains.keySet().stream().allMatch(kept)) {
            return this;
        }
        Map<ProxyTarget, SharedFact.Circuit> fewerCircuits = new HashMap<>(circuits);
        fewerCircuits.keySet().removeIf(kept.negate());
        Map<ProxyTarget, Elsewhere> fewerDrains = new HashMap<>(drains);
        fewerDrains.keySet().removeIf(kept.negate());
        return new Peers(draining, fewerCircuits, fewerDrains);
    }
}
