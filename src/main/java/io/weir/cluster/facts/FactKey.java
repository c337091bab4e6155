package io.weir.cluster.facts;

import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact;

/** What a fact is about: there is one for each, merged of all that was said. */
public record FactKey(ProxyTarget target, SharedFact.Kind kind) implements Comparable<FactKey> {

    @Override
    public int compareTo(FactKey other) {
        int byTarget = target.compareTo(other.target);
        return byTarget != 0 ? byTarget : kind.compareTo(other.kind);
    }
}
