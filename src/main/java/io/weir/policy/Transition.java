package io.weir.policy;

/**
 * What an event did to a state machine.
 *
 * @param state the state after it
 * @param why one sentence for people: what led to a change, or why the event was refused; empty when all stayed
 */
public record Transition<S>(Outcome outcome, S state, String why) {

    public enum Outcome {
        /** The same state, perhaps with other numbers in it. */
        STAYED,
        CHANGED,
        /** The event makes no sense in this state; nothing happened. */
        REFUSED
    }

    static <S> Transition<S> stayed(S state) {
        return new Transition<>(Outcome.STAYED, state, "");
    }

    static <S> Transition<S> to(S state, String why) {
        return new Transition<>(Outcome.CHANGED, state, why);
    }

    static <S> Transition<S> refused(S state, String why) {
        return new Transition<>(Outcome.REFUSED, state, why);
    }

    public boolean isChange() {
        return outcome == Outcome.CHANGED;
    }
}
