package io.weir.policy;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import java.nio.charset.StandardCharsets;
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
        long print = print(target.proxy() + " " + target.endpoint());
        return nodes.stream()
                .sorted(Comparator.<NodeId>comparingLong(node -> mix(print ^ mix(print(node.name()))))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** FNV-1a. */
    private static long print(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ part & 0xff) * 0x100000001b3L;
        }
        return hash;
    }

    /** The end of MurmurHash3: every bit in moves every bit out. */
    private static long mix(long bits) {
        long hash = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
