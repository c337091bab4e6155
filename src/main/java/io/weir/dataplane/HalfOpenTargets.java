package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * How many flows of the half-open table name each target. They are not counted as active, but may live as long: a datagram
 * nobody answered waits for the UDP timeout, and without room in the main table established flows stay there. Read anew once
 * a second, since it takes a walk over the table. For one thread.
 */
final class HalfOpenTargets {

    private static final long FRESH_NANOS = 1_000_000_000L;

    private final BpfMap table;
    private Map<Counters.ProxyTarget, Long> flows = Map.of();
    private long readAt = System.nanoTime() - FRESH_NANOS;

    HalfOpenTargets(BpfMap table) {
        this.table = table;
    }

    /**
     * Of one target, as it was a second ago at most. To be asked for before the active flows: a flow goes from here to the main
     * table and never back, so it is seen in one of the two.
     */
    long on(int target) {
        return flows().entrySet().stream()
                .filter(of -> of.getKey().target() == target)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The same of one proxy. */
    long on(int proxy, int target) {
        return flows().getOrDefault(new Counters.ProxyTarget(proxy, target), 0L);
    }

    private Map<Counters.ProxyTarget, Long> flows() {
        if (System.nanoTime() - readAt >= FRESH_NANOS) {
            readAt = System.nanoTime();
            flows = read();
        }
        return flows;
    }

    private Map<Counters.ProxyTarget, Long> read() {
        Map<Counters.ProxyTarget, Long> found = new HashMap<>();
        table.forEach((index, bucket) -> {
            for (int way = 0; way < FlowAbi.HALF_OPEN_WAYS; way++) {
                if (FlowAbi.HalfOpenBucket.TAG.get(bucket, way) != 0) {
                    MemorySegment entry = FlowAbi.HalfOpenBucket.ENTRIES.slice(bucket, way);
                    Counters.ProxyTarget of = new Counters.ProxyTarget(
                            FlowAbi.HalfOpen.PROXY.getInt(entry), FlowAbi.HalfOpen.TARGET.getInt(entry));
                    found.merge(of, 1L, Long::sum);
                }
            }
        });
        return found;
    }
}
