package io.weir.api;

import io.weir.engine.Notice.DrainNotice;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Targets on their way out: no new connection, the existing ones go on. A drained target has no weight until
 * {@link #undrain}, also when its drain is over.
 *
 * <p>An empty {@code proxy} means every proxy that has the target. Refused with UNKNOWN_PROXY or UNKNOWN_TARGET when there is
 * no such target.
 */
public interface Drains {

    /**
     * Begins; returns once the data path sends no new connection there. Refused with NOT_NOW when it is drained already in
     * all of those proxies.
     *
     * @param timeout after which the drain counts as ended; empty: as configured
     * @return the target's drains in those proxies, once all of them are over: COMPLETED, TIMEOUT or CANCELLED. Fails with
     *     CLOSED when the load balancer is closed before.
     */
    CompletionStage<List<DrainReport>> start(Optional<String> proxy, Endpoint target, Optional<Duration> timeout);

    /** In one proxy, with the configured timeout. */
    default CompletionStage<List<DrainReport>> start(String proxy, Endpoint target) {
        return start(Optional.of(proxy), target, Optional.empty());
    }

    /** In one proxy. */
    default CompletionStage<List<DrainReport>> start(String proxy, Endpoint target, Duration timeout) {
        return start(Optional.of(proxy), target, Optional.of(timeout));
    }

    /**
     * Waits until no drain of the target is under way.
     *
     * @return its drains in all proxies, as they are then or when the patience ends; none if it was never drained
     * @throws InterruptedWaitException if the thread was interrupted; the drain goes on
     */
    List<DrainReport> await(Endpoint target, Duration patience);

    /** Gives the target its weight back. Refused with NOT_NOW when it is not drained. */
    void undrain(Optional<String> proxy, Endpoint target);

    /** In one proxy. */
    default void undrain(String proxy, Endpoint target) {
        undrain(Optional.of(proxy), target);
    }

    /** Of one target in all proxies, also what is over. */
    List<DrainReport> find(Endpoint target);

    /** All, also what is over. */
    List<DrainReport> list();

    /** Whether a drain of the target is under way in any proxy. */
    default boolean isDraining(Endpoint target) {
        return find(target).stream().anyMatch(report -> !report.isOver());
    }

    /** Drains that begin or end from now on. */
    Subscription<DrainNotice> subscribe(int capacity);
}
