package io.weir.cluster.facts;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.util.Map;
import java.util.Set;

/** The node for which facts are exchanged. Called in the course of a call to {@link FactExchange}; must not wait. */
public interface FactListener {

    /** What now holds for configured targets, by whomever it was said, this node included. May come again. */
    void learned(Map<FactKey, SharedFact> facts);

    /** Peers whose connections a drain is to wait for. */
    void participants(Set<NodeId> peers);

    /** Connections that peers have left on a drained target; of that drain only. */
    void gathered(ProxyTarget target, HybridTime drain, Map<NodeId, Long> connections);

    /** Nobody stands for it any more that these targets are unhealthy: own checks are to be made anew. */
    void doubted(Set<ProxyTarget> targets);

    /** Of these kinds nothing that was learned holds any more. */
    void unshared(Set<Kind> kinds);

    /** All targets that other nodes check instead of this one, with who does: no others. */
    void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets);
}
