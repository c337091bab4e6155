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
    private Map<Integer, Long> flows = Map.of();
    private long readAt = System.nanoTime() - FRESH_NANOS;

    HalfOpenTargets(BpfMap table) {
        this.table = table;
    }

    /**
     * Of one target, as it was a second ago at most. To be asked for before the active flows: a flow goes from here to the main
     * table and never back, so it is seen in one of the two.
     */
    long on(int target) {
        if (System.nanoTime() - readAt >= FRESH_NANOS) {
            readAt = System.nanoTime();
            flows = read();
        }
        return flows.getOrDefault(target, 0L);
    }

    private Map<Integer, Long> read() {
        Map<Integer, Long> found = new HashMap<>();
        table.forEach((index, bucket) -> {
            for (int way = 0; way < FlowAbi.HALF_OPEN_WAYS; way++) {
                if (FlowAbi.HalfOpenBucket.TAG.get(bucket, way) != 0) {
                    MemorySegment entry = FlowAbi.HalfOpenBucket.ENTRIES.slice(bucket, way);
                    found.merge(FlowAbi.HalfOpen.TARGET.getInt(entry), 1L, Long::sum);
                }
            }
        });
        return found;
    }
}
