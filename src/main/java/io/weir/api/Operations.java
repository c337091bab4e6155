package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Snapshot;
import io.weir.model.Desired;

/**
 * What can be asked of a load balancer that runs. Every change blocks until the data path has it; connections that are
 * established are never disturbed by one.
 *
 * <p>Changes throw {@link io.weir.engine.RefusedException} when they contradict what is there (its reason says how;
 * nothing has changed), {@link io.weir.engine.DataplaneException} when the kernel refused (it stays wanted and is tried
 * again) and {@link InterruptedWaitException} when the calling thread was interrupted (the change goes on).
 */
public interface Operations extends AutoCloseable {

    /**
     * Over an engine that somebody else made and started; {@link #close} closes it.
     *
     * @param probes asked for host names when they are added, and for what checks have come to
     */
    static Operations over(Engine engine, Probes probes) {
        return new EngineOperations(engine, probes);
    }

    /** Puts a whole configuration in place of all before it. */
    void apply(Desired desired);

    /**
     * Like {@link #apply}, whole or not at all: where the data path refuses any of it, all before it is put back. What is
     * known of targets that are in both (drains, declared health, circuits) stays.
     */
    void replace(Desired desired);

    /** The listening services. */
    Proxies proxies();

    /** The source routes of a proxy, whose existence is checked when they are used. */
    Routes routes(String proxy);

    /** Where the data path is attached. */
    Interfaces interfaces();

    /** How targets are. */
    Health health();

    /** Targets on their way out. */
    Drains drains();

    /** Targets that are cut off because connections to them fail. */
    Circuits circuits();

    /** The host names of targets. */
    Dns dns();

    /** Limits of new connections. */
    RateLimiting rateLimits();

    /** Whether flow events and per-flow totals are kept. */
    void enableStatistics(boolean enabled);

    /** Has least connections count at once, and not only when its interval has passed; other algorithms do not count. */
    void rebalance();

    /** What is so now; does not block. */
    Snapshot status();

    /** Ends the control of the data path, which goes on forwarding. */
    @Override
    void close();
}
