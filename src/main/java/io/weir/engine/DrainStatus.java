package io.weir.engine;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Drain;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A drain as people are told of it.
 *
 * @param since milliseconds of the engine's clock
 * @param endedAt the same; empty while it goes on
 * @param timeout after which it counts as ended
 * @param current connections when last counted
 * @param initial connections at the start
 * @param uncounted peers whose connections are in neither yet
 */
public record DrainStatus(
        ProxyTarget target,
        State state,
        long since,
        OptionalLong endedAt,
        Duration timeout,
        long current,
        long initial,
        Set<NodeId> uncounted) {

    public DrainStatus {
        uncounted = Set.copyOf(uncounted);
    }

    public enum State {
        DRAINING,
        COMPLETED,
        TIMEOUT,
        CANCELLED
    }

    /** What becomes of one that nobody knows any more. */
    public DrainStatus cancelled(long now) {
        return new DrainStatus(
                target, State.CANCELLED, since, OptionalLong.of(now), timeout, current, initial, uncounted);
    }

    public static DrainStatus of(ProxyTarget target, Drain drain) {
        Drain.Course course = drain.course();
        return new DrainStatus(
                target,
                state(drain),
                course.since(),
                drain.endedAt(),
                course.timeout(),
                course.current(),
                course.initial(),
                course.uncounted());
    }

    private static State state(Drain drain) {
        return switch (drain) {
            case Drain.Draining draining -> State.DRAINING;
            case Drain.Completed completed -> State.COMPLETED;
            case Drain.TimedOut timedOut -> State.TIMEOUT;
            case Drain.Cancelled cancelled -> State.CANCELLED;
        };
    }
}
