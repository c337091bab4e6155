package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The map {@code connections}, which programs fill: a count for each proxy and target that met. What has gone is forgotten in
 * one walk for many, and before an index is given anew.
 */
final class ConnectionTable {

    /** A walk over a full map takes tens of milliseconds. */
    private static final int GONE_BEFORE_A_WALK = 256;

    private final BpfMap connections;
    private final Supplier<Set<Integer>> proxies;
    private final Supplier<Set<Integer>> targets;

    /** At the start: what went while nobody looked. */
    private int gone = 1;

    /** @param proxies the numbers in use; as targets, when asked */
    ConnectionTable(BpfMap connections, Supplier<Set<Integer>> proxies, Supplier<Set<Integer>> targets) {
        this.connections = connections;
        this.proxies = proxies;
        this.targets = targets;
    }

    /** A proxy or a target is there no more. */
    void noteGone() {
        gone++;
        if (gone >= GONE_BEFORE_A_WALK) {
            forgetGone();
        }
    }

    /** So that no target inherits the counts of whoever had its index. */
    void forgetGone() {
        if (gone == 0) {
            return;
        }
        Set<Integer> knownProxies = proxies.get();
        Set<Integer> knownTargets = targets.get();
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> strays = new ArrayList<>();
            connections.forEach((key, value) -> {
                boolean gone = !knownProxies.contains(TargetAbi.ConnectionKey.PROXY.getInt(key))
                        || !knownTargets.contains(TargetAbi.ConnectionKey.TARGET.getInt(key));
                // The end of those that go on is counted here too.
                if (gone && Counters.sum(connections, value, TargetAbi.ConnectionCounts.ACTIVE, 0) <= 0) {
                    strays.add(TargetAbi.ConnectionKey.LAYOUT.allocate(arena).copyFrom(key));
                }
            });
            strays.forEach(connections::delete);
        }
        gone = 0;
    }
}
