package io.weir.policy;

import io.weir.model.NodeId;
import java.util.Optional;

/**
 * Hybrid logical clock of one node (Kulkarni et al., 2014): follows the wall clock, never goes back when that does, and is
 * never behind what the node has heard, but for one exception: a peer whose clock is far ahead does not drag this one along.
 * What such a peer says is later than all else said about the same subject until somebody who has heard it says something
 * later still, which {@link #after} sees to; its clock cannot harm more.
 *
 * @param time of what was said last, or heard
 */
public record HybridClock(HybridTime time) {

    /** How far ahead of the own wall clock a peer's may be before it counts as wrong. */
    public static final long TOLERATED_MS = 60_000;

    /** Before anything was said. */
    public static HybridClock of(NodeId node) {
        return new HybridClock(new HybridTime(0, 0, node));
    }

    /** One tick on: {@link #time} is later than ever before. */
    public HybridClock ticked(long wall) {
        return wall > time.millis()
                ? new HybridClock(new HybridTime(Math.min(wall, HybridTime.LATEST), 0, time.node()))
                : new HybridClock(time.next(time.node()));
    }

    /** After something was heard. */
    public HybridClock heard(HybridTime other, long wall) {
        boolean isLater =
                other.millis() > time.millis() || other.millis() == time.millis() && other.counter() > time.counter();
        return isLater && !isAhead(other, wall)
                ? new HybridClock(new HybridTime(other.millis(), other.counter(), time.node()))
                : this;
    }

    /** For what is said now about something of which that was known: later than both. */
    public HybridTime after(Optional<HybridTime> known) {
        return known.filter(other -> other.compareTo(time) >= 0)
                .map(other -> other.next(time.node()))
                .orElse(time);
    }

    /** Whether the clock of who said this is wrong, or the own one. */
    public static boolean isAhead(HybridTime other, long wall) {
        return other.millis() - TOLERATED_MS > wall;
    }
}
