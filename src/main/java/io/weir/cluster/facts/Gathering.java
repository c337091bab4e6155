package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact.Drain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Connections left on drained targets, here and at the peers: counts of the drain that goes on, of no earlier one. */
final class Gathering {

    private static final class Counts {
        private final HybridTime drain;
        private Optional<Long> own = Optional.empty();
        private final Map<NodeId, Long> peers = new TreeMap<>();

        Counts(HybridTime drain) {
            this.drain = drain;
        }
    }

    private final Map<ProxyTarget, Counts> targets = new TreeMap<>();

    /** What is known of the target's drain now: counts of another one are forgotten. */
    void follow(ProxyTarget target, Drain drain) {
        if (!drain.isDrained()) {
            targets.remove(target);
        } else if (!Optional.ofNullable(targets.get(target))
                .map(counts -> counts.drain.equals(drain.began()))
                .orElse(false)) {
            targets.put(target, new Counts(drain.began()));
        }
    }

    /** @return to be told to the peers; empty: the target is not drained */
    Optional<Count> own(ProxyTarget target, long connections) {
        return Optional.ofNullable(targets.get(target)).map(counts -> {
            counts.own = Optional.of(connections);
            return new Count(target, counts.drain, connections);
        });
    }

    /** @return whether it is a count of the drain that goes on, and another one than before */
    boolean told(NodeId peer, Count count) {
        Counts counts = targets.get(count.target());
        return counts != null
                && counts.drain.equals(count.drain())
                && !Long.valueOf(count.connections()).equals(counts.peers.put(peer, count.connections()));
    }

    /** All own counts once more. */
    List<Count> own() {
        return targets.entrySet().stream()
                .flatMap(entry -> entry.getValue().own.stream()
                        .map(connections -> new Count(entry.getKey(), entry.getValue().drain, connections)))
                .toList();
    }

    /**
     * A dead peer's connections are not waited for, and those of one that is back are counted anew.
     *
     * @return where it had counted
     */
    Set<ProxyTarget> forget(NodeId peer) {
        Set<ProxyTarget> forgotten = new TreeSet<>();
        targets.forEach((target, counts) -> {
            if (counts.peers.remove(peer) != null) {
                forgotten.add(target);
            }
        });
        return forgotten;
    }

    Set<ProxyTarget> drained() {
        return new TreeSet<>(targets.keySet());
    }

    /** Drains that are known no longer are counted no longer. */
    void retain(Predicate<ProxyTarget> known) {
        targets.keySet().removeIf(known.negate());
    }

    Optional<HybridTime> drain(ProxyTarget target) {
        return Optional.ofNullable(targets.get(target)).map(counts -> counts.drain);
    }

    Map<NodeId, Long> peers(ProxyTarget target) {
        return Optional.ofNullable(targets.get(target))
                .map(counts -> Map.copyOf(counts.peers))
                .orElse(Map.of());
    }
}
