package io.weir.api;

import io.weir.engine.Notice.CircuitNotice;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import java.util.List;
import java.util.Optional;

/**
 * Targets that are cut off because connections to them fail.
 *
 * <p>An empty {@code proxy} means every proxy that has the target. Changes are refused with UNKNOWN_PROXY or UNKNOWN_TARGET,
 * and with NOT_NOW when the circuit cannot go there from where it is.
 */
public interface Circuits {

    /** One for each target of each proxy. */
    List<CircuitReport> list();

    /** Of one target in all proxies. */
    default List<CircuitReport> find(Endpoint target) {
        return list().stream()
                .filter(report -> report.target().endpoint().equals(target))
                .toList();
    }

    /** Cuts the target off until {@link #close} or {@link #reset}. */
    void open(Optional<String> proxy, Endpoint target);

    /** The target recovers its weight step by step. */
    void close(Optional<String> proxy, Endpoint target);

    /** As at the start: closed, nothing counted, all of its weight at once. */
    void reset(Optional<String> proxy, Endpoint target);

    /** Circuits that open, half-open or close from now on. */
    Subscription<CircuitNotice> subscribe(int capacity);
}
