package io.weir.engine;

import io.weir.engine.Peers.Elsewhere;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Drain;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes back what holds by the word of peers alone, of kinds that are not shared any more. What this node has found or begun by
 * itself stays.
 */
final class Unshared {

    private Unshared() {}

    static State forgotten(State state, Event.PeerNews news, long now) {
        State next = state;
        for (Kind kind : news.unshared()) {
            next = switch (kind) {
                case HEALTH -> next.with(withoutHealth(next.conditions()));
                case CIRCUIT -> withoutCircuits(next, news.self());
                case DRAIN -> withoutDrains(next, news.self(), now);
            };
        }
        return next;
    }

    /** Own checks say anew how such a target is. */
    private static Conditions withoutHealth(Conditions conditions) {
        Map<ProxyTarget, HealthStatus> own = new HashMap<>(conditions.health());
        own.values().removeIf(health -> health.seenBy().isPresent());
        return conditions.withHealth(own);
    }

    private static State withoutCircuits(State state, NodeId self) {
        Map<ProxyTarget, SharedFact.Circuit> heard = state.peers().circuits();
        Conditions conditions = state.conditions();
        Map<ProxyTarget, Circuit> own = new HashMap<>(conditions.circuits());
        heard.forEach((target, fact) -> {
            if (fact.open() && !fact.node().equals(self)) {
                own.remove(target);
            }
        });
        return state.with(conditions.withCircuits(own)).with(state.peers().withCircuits(Map.of()));
    }

    private static State withoutDrains(State state, NodeId self, long now) {
        Map<ProxyTarget, Elsewhere> heard = state.peers().drains();
        Map<ProxyTarget, Drain> drains = new HashMap<>(state.conditions().drains());
        heard.forEach((target, elsewhere) -> {
            if (elsewhere.drain().isDrained()
                    && !elsewhere.drain().began().node().equals(self)) {
                drains.computeIfPresent(
                        target,
                        (_, drain) -> drain.on(new Drain.Event.Undrain(), now).state());
            }
        });
        return state.with(state.conditions().withDrains(drains))
                .with(state.peers().withDrains(Map.of()));
    }
}
