package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.api.CircuitReport;
import io.weir.engine.CircuitStatus.State;
import io.weir.model.Endpoint;
import java.util.List;
import java.util.Optional;

/** Cutting a target off by hand, and letting it come back step by step. */
public final class CircuitsExample {

    private CircuitsExample() {}

    /** @return the circuits that were open, one for each proxy that has the target */
    public static List<CircuitReport> cut(LoadBalancer lb, Endpoint target, Runnable meanwhile) {
        lb.circuits().open(Optional.empty(), target);
        List<CircuitReport> open = lb.circuits().find(target).stream()
                .filter(circuit -> circuit.state() == State.OPEN)
                .toList();
        meanwhile.run();
        lb.circuits().close(Optional.empty(), target);
        return open;
    }
}
