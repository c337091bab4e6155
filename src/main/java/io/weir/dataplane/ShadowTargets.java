package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where flows of peers go to: a target that is not configured any more is still needed for those. Found by walks over all shadows,
 * by a thread of its own, and only while somebody asks: a million of them take a second.
 */
final class ShadowTargets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShadowTargets.class);

    /** What was found earlier is not believed. */
    private static final long FRESH_NANOS = Duration.ofSeconds(20).toNanos();

    private final Function<String, BpfMap> maps;
    private final TargetTable targets;
    private final LongSupplier nanos;

    /** Those of the targets to which none goes: as many at most as there are, whatever peers tell. */
    private Optional<Set<Endpoint>> idle = Optional.empty();

    private Optional<Thread> walk = Optional.empty();
    private long walked;
    private volatile boolean closed;

    /**
     * @param maps the maps by name; they stay the caller's
     * @param targets those that are looked for; one that is added later is taken for one that flows go to
     * @param nanos of a clock that only goes forward
     */
    ShadowTargets(Function<String, BpfMap> maps, TargetTable targets, LongSupplier nanos) {
        this.maps = maps;
        this.targets = targets;
        this.nanos = nanos;
    }

    /** Whether a flow of a peer goes there, as it was a moment ago; also as long as nobody knows. */
    synchronized boolean has(int target) {
        if (isEmpty()) {
            return false;
        }
        if (idle.isPresent() && nanos.getAsLong() - walked < FRESH_NANOS) {
            return targets.at(target)
                    .map(ShadowTargets::zoneless)
                    .filter(endpoint -> !idle.get().contains(endpoint))
                    .isPresent();
        }
        if (!closed && walk.filter(Thread::isAlive).isEmpty()) {
            walk = Optional.of(
                    Thread.ofPlatform().daemon().name("weir-shadow-targets").start(this::walk));
        }
        return true;
    }

    private static Endpoint zoneless(Endpoint target) {
        return new Endpoint(target.address(), Optional.empty(), target.port());
    }

    private boolean isEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = ShadowAbi.ShadowState.LAYOUT.allocate(arena);
            maps.apply(MapShape.SHADOW_STATE).lookup(arena.allocate(4, 4), state);
            return ShadowAbi.ShadowState.ALL.get(state) == 0;
        }
    }

    private void walk() {
        Set<Endpoint> unmet = new HashSet<>();
        try {
            targets.read().values().forEach(endpoint -> unmet.add(zoneless(endpoint)));
            for (IpAddress.Family family : IpAddress.Family.values()) {
                maps.apply(family == IpAddress.Family.V4 ? MapShape.SHADOWS4 : MapShape.SHADOWS6)
                        .walk((key, shadow) -> {
                            if (ShadowAbi.Shadow.OWNER.getInt(shadow) != 0) {
                                unmet.remove(target(shadow, family));
                            }
                            return !closed;
                        });
            }
        } catch (RuntimeException failed) {
            LOG.warn("the targets of peers' connections were not read: {}", failed.toString());
            return;
        }
        synchronized (this) {
            idle = Optional.of(unmet);
            walked = nanos.getAsLong();
        }
    }

    private static Endpoint target(MemorySegment shadow, IpAddress.Family family) {
        return new Endpoint(
                Addresses.read(shadow, ShadowAbi.Shadow.TARGET, family),
                Optional.empty(),
                ShadowAbi.Shadow.TARGET_PORT.getInt(shadow));
    }

    /** The maps are not touched any more. */
    @Override
    public void close() {
        closed = true;
        Optional<Thread> last;
        synchronized (this) {
            last = walk;
        }
        last.ifPresent(thread -> {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
