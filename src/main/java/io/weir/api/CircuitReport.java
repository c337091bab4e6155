package io.weir.api;

import io.weir.engine.CircuitStatus;
import io.weir.model.ProxyTarget;
import java.time.Instant;
import java.util.Optional;

/**
 * The circuit of a target.
 *
 * @param enabled whether errors may open it; the operator always may
 * @param errorRate in the window while closed, in the trial while half-open, 0 to 1
 * @param why it is not closed; empty while it is
 * @param since empty while closed
 * @param isHeld opened by the operator, who has to close it
 */
public record CircuitReport(
        ProxyTarget target,
        boolean enabled,
        CircuitStatus.State state,
        double errorRate,
        String why,
        Optional<Instant> since,
        boolean isHeld) {

    static CircuitReport of(ProxyTarget target, boolean enabled, CircuitStatus status, Moments moments) {
        return new CircuitReport(
                target,
                enabled,
                status.state(),
                status.errorRate(),
                status.why(),
                status.since().isPresent()
                        ? Optional.of(moments.at(status.since().getAsLong()))
                        : Optional.empty(),
                status.isHeld());
    }
}
