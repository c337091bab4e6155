package io.weir.cluster.facts;

import io.weir.engine.Event.PeerNews;
import io.weir.engine.Event.PeerNews.PeersCounted;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells an engine what an exchange of facts brings.
 *
 * @param self who the engine's node is
 * @param engine takes the news
 * @param checks of that node
 */
public record EngineNews(NodeId self, Consumer<PeerNews> engine, Checks checks) implements FactListener {

    @Override
    public void learned(Map<FactKey, SharedFact> facts) {
        Map<ProxyTarget, SharedFact.Health> health = new HashMap<>();
        Map<ProxyTarget, SharedFact.Circuit> circuits = new HashMap<>();
        Map<ProxyTarget, SharedFact.Drain> drains = new HashMap<>();
        facts.forEach((key, fact) -> {
            switch (fact) {
                case SharedFact.Health found -> health.put(key.target(), found);
                case SharedFact.Circuit circuit -> circuits.put(key.target(), circuit);
                case SharedFact.Drain drain -> drains.put(key.target(), drain);
            }
        });
        engine.accept(new PeerNews(self, health, circuits, drains, Map.of(), Map.of(), Optional.empty()));
    }

    @Override
    public void participants(Set<NodeId> peers) {
        engine.accept(new PeerNews(self, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Optional.of(peers)));
    }

    @Override
    public void gathered(ProxyTarget target, HybridTime drain, Map<NodeId, Long> connections) {
        Map<ProxyTarget, PeersCounted> counts = Map.of(target, new PeersCounted(drain, connections));
        engine.accept(new PeerNews(self, Map.of(), Map.of(), Map.of(), counts, Map.of(), Optional.empty()));
    }

    @Override
    public void doubted(Set<ProxyTarget> targets) {
        checks.checkAnew(targets);
    }

    @Override
    public void unshared(Set<Kind> kinds) {
        engine.accept(PeerNews.without(self, kinds));
    }

    @Override
    public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {
        checks.checkedElsewhere(targets);
    }
}
