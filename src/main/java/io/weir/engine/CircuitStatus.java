package io.weir.engine;

import io.weir.policy.Circuit;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A circuit as people are told of it.
 *
 * @param errorRate in the window while it is closed, in the trial while half-open, 0 to 1
 * @param why it is not closed; empty while it is
 * @param since milliseconds of the engine's clock; empty while closed
 * @param isHeld opened by the operator, who has to close it
 */
public record CircuitStatus(State state, double errorRate, String why, OptionalLong since, boolean isHeld) {

    public enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /** @param circuit null: closed, with nothing counted */
    public static CircuitStatus of(@Nullable Circuit circuit) {
        return switch (circuit) {
            case null -> new CircuitStatus(State.CLOSED, 0, "", OptionalLong.empty(), false);
            case Circuit.Closed closed ->
                new CircuitStatus(State.CLOSED, closed.window().total().errorRate(), "", OptionalLong.empty(), false);
            case Circuit.Open open ->
                new CircuitStatus(State.OPEN, 0, open.why(), OptionalLong.of(open.since()), open.held());
            case Circuit.HalfOpen halfOpen ->
                new CircuitStatus(
                        State.HALF_OPEN,
                        halfOpen.trial().seen().errorRate(),
                        "on trial",
                        OptionalLong.of(halfOpen.trial().since()),
                        false);
        };
    }
}
