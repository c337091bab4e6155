package io.weir.policy;

import io.weir.model.CircuitBreaker;
import io.weir.model.NodeId;
import java.util.OptionalLong;

/**
 * Whether a target of a proxy is cut off because its connections end badly.
 *
 * <pre>
 * from        Counted                                           ForceOpen   ForceClose  Reset
 * CLOSED      OPEN on too many errors                           OPEN, held  refused     CLOSED, nothing counted
 * OPEN        HALF_OPEN after reset-timeout                     OPEN, held  CLOSED      CLOSED
 * OPEN, held  OPEN, held                                        refused     CLOSED      CLOSED
 * HALF_OPEN   OPEN on an error, or when no outcomes come;       OPEN, held  CLOSED      CLOSED
 *             CLOSED when the trial is passed
 * </pre>
 *
 * <p>What peers say is never refused: PeerOpened opens what is CLOSED or HALF_OPEN, and holds what is OPEN if the peer's is
 * held; PeerClosed closes. A breaker that is not enabled here is not opened by a peer's count of errors.
 *
 * <p>Too many errors: at least error-threshold of them in the window, and at least error-rate-threshold of the connections;
 * with fewer than min-requests connections in the window the rate does not count, and the number alone decides. While it
 * is OPEN nothing is counted. A breaker that is not enabled opens by force only, and closes what is not held.
 *
 * <p>The trial lets half-open-requests connections through and then none until their outcomes are known. It is passed
 * when as many have gone well and none has been reset early since; or when nobody came, although the target had its full
 * weight for reset-timeout.
 */
public sealed interface Circuit {

    Circuit CLOSED = new Closed(ErrorWindow.EMPTY);

    /** Early resets come up to a second after a handshake, and are seen up to a second later. */
    long SETTLE_MS = 2000;

    /** How long a trial waits for outcomes, if reset-timeout is not longer: twice the usual timeout of a handshake. */
    long SHORTEST_VERDICT_MS = 60_000;

    record Closed(ErrorWindow window) implements Circuit {}

    /**
     * @param held opened by the operator, who also has to close it
     * @param usual connections in the window when it opened: how much the target is used to
     * @param why for people
     */
    record Open(long since, boolean held, long usual, String why) implements Circuit {}

    /** @param usual as above */
    record HalfOpen(Trial trial, long usual) implements Circuit {}

    sealed interface Event {
        /** Time has passed, and this was seen. To come at least every second. */
        record Counted(Sample sample) implements Event {}

        record ForceOpen() implements Event {}

        /** The target is to come back as if it had passed its trial. */
        record ForceClose() implements Event {}

        /** All is forgotten, as at the start. */
        record Reset() implements Event {}

        /** In the whole cluster, whoever said so. */
        record PeerOpened(boolean held, String why) implements Event {}

        /** In the whole cluster, by this node. */
        record PeerClosed(NodeId node) implements Event {}
    }

    default Transition<Circuit> on(Event event, CircuitBreaker breaker, long now) {
        return switch (event) {
            case Event.Counted counted -> onCounted(counted.sample(), breaker, now);
            case Event.ForceOpen() -> onForceOpen(now);
            case Event.ForceClose() ->
                this instanceof Closed
                        ? Transition.refused(this, "it is closed already")
                        : Transition.to(CLOSED, "closed by the operator");
            case Event.Reset() ->
                this instanceof Closed ? Transition.stayed(CLOSED) : Transition.to(CLOSED, "reset by the operator");
            case Event.PeerOpened opened -> onPeerOpened(opened, breaker, now);
            case Event.PeerClosed(NodeId node) ->
                this instanceof Closed ? Transition.stayed(this) : Transition.to(CLOSED, "closed by " + node);
        };
    }

    private Transition<Circuit> onForceOpen(long now) {
        String why = "opened by the operator";
        return switch (this) {
            case Closed closed ->
                Transition.to(new Open(now, true, closed.window.total().concluded(), why), why);
            case Open open when open.held -> Transition.refused(open, "the operator has opened it already");
            case Open open -> Transition.to(new Open(open.since, true, open.usual, why), why);
            case HalfOpen halfOpen -> Transition.to(new Open(now, true, halfOpen.usual, why), why);
        };
    }

    private Transition<Circuit> onPeerOpened(Event.PeerOpened opened, CircuitBreaker breaker, long now) {
        if (!breaker.enabled() && !opened.held) {
            return Transition.stayed(this);
        }
        return switch (this) {
            case Closed closed ->
                Transition.to(new Open(now, opened.held, closed.window.total().concluded(), opened.why), opened.why);
            case Open open
            when opened.held && !open.held ->
                Transition.to(new Open(open.since, true, open.usual, opened.why), opened.why);
            case Open open -> Transition.stayed(open);
            case HalfOpen halfOpen -> Transition.to(new Open(now, opened.held, halfOpen.usual, opened.why), opened.why);
        };
    }

    private Transition<Circuit> onCounted(Sample sample, CircuitBreaker breaker, long now) {
        boolean held = this instanceof Open open && open.held;
        if (!breaker.enabled() && !held) {
            return this instanceof Closed
                    ? Transition.stayed(CLOSED)
                    : Transition.to(CLOSED, "the circuit breaker was switched off");
        }
        return switch (this) {
            case Closed closed -> counted(closed.window.plus(sample, breaker.window(), now), breaker, now);
            case Open open
            when held || now < open.since + breaker.resetTimeout().toMillis() -> Transition.stayed(open);
            case Open open ->
                Transition.to(
                        new HalfOpen(Trial.start(open.usual, breaker.halfOpenRequests(), now), open.usual),
                        "on trial after " + breaker.resetTimeout().toMillis() + " ms");
            case HalfOpen halfOpen ->
                tried(halfOpen.trial.plus(sample, breaker.halfOpenRequests(), now), halfOpen.usual, breaker, now);
        };
    }

    private static Transition<Circuit> counted(ErrorWindow window, CircuitBreaker breaker, long now) {
        Sample total = window.total();
        boolean rateCounts = total.concluded() >= breaker.minRequests();
        boolean tooMany = total.errors() >= breaker.errorThreshold()
                && (!rateCounts || total.errorRate() >= breaker.errorRateThreshold());
        if (!tooMany) {
            return Transition.stayed(new Closed(window));
        }
        String why = total.errors() + " errors in " + total.concluded() + " connections within "
                + breaker.window().toMillis() + " ms";
        return Transition.to(new Open(now, false, total.concluded(), why), why);
    }

    private static Transition<Circuit> tried(Trial trial, long usual, CircuitBreaker breaker, long now) {
        if (trial.seen().errors() > 0) {
            String why = trial.seen().errors() + " errors on trial";
            return Transition.to(new Open(now, false, usual, why), why);
        }
        if (isDue(settledAt(trial), now)) {
            return Transition.to(CLOSED, "its trial connections went well");
        }
        if (trial.passedAt().isEmpty() && isDue(verdictAt(trial, breaker), now)) {
            String why = "its trial connections came to no outcome";
            return Transition.to(new Open(now, false, usual, why), why);
        }
        if (isDue(quietAt(trial, breaker), now)) {
            return Transition.to(CLOSED, "nothing went wrong on trial");
        }
        return Transition.stayed(new HalfOpen(trial, usual));
    }

    private static boolean isDue(OptionalLong at, long now) {
        return at.isPresent() && now >= at.getAsLong();
    }

    private static OptionalLong settledAt(Trial trial) {
        return plus(trial.passedAt(), SETTLE_MS);
    }

    private static OptionalLong verdictAt(Trial trial, CircuitBreaker breaker) {
        return plus(
                trial.filledAt(),
                Math.max(SHORTEST_VERDICT_MS, breaker.resetTimeout().toMillis()));
    }

    private static OptionalLong quietAt(Trial trial, CircuitBreaker breaker) {
        return trial.filledAt().isPresent() || trial.isOutstanding()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        trial.fullAt(stepMs(breaker)) + breaker.resetTimeout().toMillis());
    }

    private static OptionalLong plus(OptionalLong at, long more) {
        return at.isPresent() ? OptionalLong.of(at.getAsLong() + more) : at;
    }

    /** The share on trial doubles this often; not faster than anybody counts. */
    private static long stepMs(CircuitBreaker breaker) {
        return Math.max(1000, breaker.resetTimeout().toMillis() / 10);
    }

    /** The candidate with what the circuit makes of it. */
    default Candidate applied(Candidate candidate, CircuitBreaker breaker, long now) {
        return switch (this) {
            case Closed closed -> candidate;
            case Open open -> candidate.excluded(new Exclusion(Cause.CIRCUIT_OPEN, open.why));
            case HalfOpen halfOpen -> candidate.halfOpen(halfOpen.trial.share(stepMs(breaker), now));
        };
    }
}
