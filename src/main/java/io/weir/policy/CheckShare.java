package io.weir.policy;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of several nodes check a target where not all do: those for whom a hash of node and target is highest (rendezvous,
 * Thaler and Ravishankar 1998). All that know the same nodes say the same without a word between them, each node gets its
 * share, and without one of them only that one's targets move.
 */
public final class CheckShare {

    private CheckShare() {}

    /** @return so many of the nodes; all, where there are not more */
    public static Set<NodeId> checkers(ProxyTarget target, Collection<NodeId> nodes, int count) {
        long print = Fnv1a.hash(target.proxy() + " " + target.endpoint());
        return nodes.stream()
                .sorted(Comparator.<NodeId>comparingLong(node -> Fnv1a.mix(print ^ Fnv1a.mix(Fnv1a.hash(node.name()))))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .collect(Collectors.toUnmodifiableSet());
    }
}
