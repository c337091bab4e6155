package io.weir.api;

import io.weir.engine.DrainStatus;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A drain, under way or over.
 *
 * @param endedAt empty while it goes on
 * @param timeout after which it counts as ended, whoever is left
 * @param current connections of the target when last counted, over all proxies
 * @param initial connections at the start
 * @param uncounted nodes of the cluster whose connections are in neither, because they have not told of them yet
 */
public record DrainReport(
        ProxyTarget target,
        DrainStatus.State state,
        Instant startedAt,
        Optional<Instant> endedAt,
        Duration timeout,
        long current,
        long initial,
        Set<NodeId> uncounted) {

    public DrainReport {
        uncounted = Set.copyOf(uncounted);
    }

    /** Whether nothing is waited for any more: it was completed, undone, or its time was up. */
    public boolean isOver() {
        return state != DrainStatus.State.DRAINING;
    }

    /** How long it has taken, up to its end or now. */
    public Duration elapsed() {
        return Duration.between(startedAt, endedAt.orElseGet(Instant::now));
    }

    static DrainReport of(DrainStatus status, Moments moments) {
        return new DrainReport(
                status.target(),
                status.state(),
                moments.at(status.since()),
                status.endedAt().isPresent()
                        ? Optional.of(moments.at(status.endedAt().getAsLong()))
                        : Optional.empty(),
                status.timeout(),
                status.current(),
                status.initial(),
                status.uncounted());
    }
}
