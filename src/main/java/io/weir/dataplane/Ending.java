package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Errno;
import io.weir.model.Flow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Ends flows by way of expiry, the one place where flows end: their forward keys are put into its queue. So nothing in user
 * space writes to the flow tables, and no end is counted twice.
 */
final class Ending {

    private static final long LOOK_NANOS = 1_000_000L;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final BpfMap queue;
    private final Counters counters;

    Ending(Function<String, BpfMap> maps) {
        this.queue = maps.apply(MapShape.ENDING);
        this.counters = new Counters(maps);
    }

    /** Returns when expiry has ended them. */
    synchronized void end(List<Flow> flows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = FlowAbi.FlowKey6.LAYOUT.allocate(arena);
            for (Flow flow : flows) {
                write(key, flow);
                await(() -> push(key));
            }
            await(() -> !queue.lookup(MemorySegment.NULL, key));
            // The slice that took the last one may still be at it.
            long slices = counters.expiry().slices();
            await(() -> counters.expiry().slices() > slices);
        }
    }

    private static void write(MemorySegment key, Flow flow) {
        key.fill((byte) 0);
        Addresses.write(key, FlowAbi.FlowKey6.SOURCE, flow.client().address());
        Addresses.write(key, FlowAbi.FlowKey6.DESTINATION, flow.vip().address());
        FlowAbi.FlowKey6.SOURCE_PORT.set(key, flow.client().port());
        FlowAbi.FlowKey6.DESTINATION_PORT.set(key, flow.vip().port());
        FlowAbi.FlowKey6.PROTOCOL.set(key, flow.protocol().number());
        FlowAbi.FlowKey6.QUEUED.set(
                key, Addresses.number(flow.client().address().family()));
    }

    /** @return whether there was room */
    private boolean push(MemorySegment key) {
        try {
            queue.push(key);
            return true;
        } catch (BpfException refused) {
            if (refused.category() == Errno.Category.FULL) {
                return false;
            }
            throw refused;
        }
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new DataplaneException("ending flows: expiry does not take them; restart weir", 0);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
