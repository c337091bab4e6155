package io.weir.policy;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One target of one proxy on its way out: it gets no new connection, the existing ones go on.
 *
 * <pre>
 * from       Start      Counted 0   Counted more, in time   Counted more, too late   Undrain
 * DRAINING   refused    COMPLETED   DRAINING                TIMED_OUT                CANCELLED
 * COMPLETED  refused    COMPLETED   COMPLETED               COMPLETED                CANCELLED
 * TIMED_OUT  DRAINING   TIMED_OUT   TIMED_OUT               TIMED_OUT                CANCELLED
 * CANCELLED  DRAINING   CANCELLED   CANCELLED               CANCELLED                refused
 * </pre>
 *
 * Only an undrain gives the target its weight back. Counts go on being noted after the end, so that one can see when a
 * target that took too long is empty.
 */
public sealed interface Drain {

    Course course();

    /**
     * @param timeout after which it counts as ended, whoever is left
     * @param initial connections at the start
     * @param current connections when last counted
     * @param uncounted peers whose connections are in neither, because they have not been heard of yet
     */
    record Course(long since, Duration timeout, long initial, long current, Set<NodeId> uncounted) {
        public Course {
            uncounted = Set.copyOf(uncounted);
            if (initial < 0 || current < 0) {
                throw new IllegalArgumentException("connections cannot be " + Math.min(initial, current));
            }
        }

        Course counted(Event.Counted counted) {
            return new Course(since, timeout, initial, counted.connections(), counted.uncounted());
        }

        Course joined(long connections) {
            return new Course(since, timeout, initial + connections, current, uncounted);
        }

        long deadline() {
            return since + timeout.toMillis();
        }
    }

    record Draining(Course course) implements Drain {}

    /** All connections have ended. */
    record Completed(Course course, long at) implements Drain {}

    /** Connections were left when time was up; they go on. */
    record TimedOut(Course course, long at) implements Drain {}

    /** The target serves again. */
    record Cancelled(Course course, long at) implements Drain {}

    sealed interface Event {
        /**
         * The operator takes the target out.
         *
         * @param uncounted peers that have connections of their own, perhaps
         */
        record Start(Duration timeout, long connections, Set<NodeId> uncounted) implements Event {
            /** Of a node without peers. */
            public Start(Duration timeout, long connections) {
                this(timeout, connections, Set.of());
            }
        }

        /**
         * @param connections of the proxy to the target, established and half-open, with its weight being 0 already; those at
         *     peers too
         * @param uncounted peers that have not counted yet: what is not known cannot have ended
         */
        record Counted(long connections, Set<NodeId> uncounted) implements Event {
            /** Of a node without peers. */
            public Counted(long connections) {
                this(connections, Set.of());
            }
        }

        /** The operator gives the target back. */
        record Undrain() implements Event {}
    }

    /** The first of a target. Without any connection it ends with the first count: some may be on their way still. */
    static Drain start(Event.Start start, long now) {
        return new Draining(
                new Course(now, start.timeout(), start.connections(), start.connections(), start.uncounted()));
    }

    default Transition<Drain> on(Event event, long now) {
        return switch (event) {
            case Event.Start start -> onStart(start, now);
            case Event.Counted counted -> onCounted(course().counted(counted), now);
            case Event.Undrain() ->
                this instanceof Cancelled
                        ? Transition.refused(this, "it is not drained")
                        : Transition.to(new Cancelled(course(), now), "given back by the operator");
        };
    }

    private Transition<Drain> onStart(Event.Start start, long now) {
        return switch (this) {
            case Draining draining -> Transition.refused(draining, "it is being drained already");
            case Completed completed -> Transition.refused(completed, "it is drained already");
            case TimedOut timedOut -> Transition.to(start(start, now), "drained by the operator again");
            case Cancelled cancelled -> Transition.to(start(start, now), "drained by the operator");
        };
    }

    private Transition<Drain> onCounted(Course counted, long now) {
        return switch (this) {
            case Draining draining
            when counted.current() == 0 && counted.uncounted().isEmpty() ->
                Transition.to(new Completed(counted, now), "all connections have ended");
            case Draining draining
            when now >= counted.deadline() ->
                Transition.to(
                        new TimedOut(counted, now),
                        counted.current() + " connections were left after "
                                + counted.timeout().toMillis() + " ms");
            case Draining draining -> Transition.stayed(new Draining(counted));
            case Completed completed -> Transition.stayed(new Completed(counted, completed.at()));
            case TimedOut timedOut -> Transition.stayed(new TimedOut(counted, timedOut.at()));
            case Cancelled cancelled -> Transition.stayed(cancelled);
        };
    }

    /** With the connections that a peer had at the start, who has just told of them. */
    default Drain joined(long connections) {
        Course more = course().joined(connections);
        return switch (this) {
            case Draining _ -> new Draining(more);
            case Completed completed -> new Completed(more, completed.at());
            case TimedOut timedOut -> new TimedOut(more, timedOut.at());
            case Cancelled cancelled -> new Cancelled(more, cancelled.at());
        };
    }

    /** Whether the target gets no new connection. */
    default boolean withholdsWeight() {
        return !(this instanceof Cancelled);
    }

    /** When it was over; empty while it goes on. */
    default OptionalLong endedAt() {
        return switch (this) {
            case Draining draining -> OptionalLong.empty();
            case Completed completed -> OptionalLong.of(completed.at());
            case TimedOut timedOut -> OptionalLong.of(timedOut.at());
            case Cancelled cancelled -> OptionalLong.of(cancelled.at());
        };
    }

    /** When to count at the latest. */
    default OptionalLong nextChange() {
        return this instanceof Draining ? OptionalLong.of(course().deadline()) : OptionalLong.empty();
    }
}
