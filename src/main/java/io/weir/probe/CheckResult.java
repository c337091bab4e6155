package io.weir.probe;

import java.time.Duration;

/** How one check ended. */
public sealed interface CheckResult {

    /** What there is to say for a person: {@code HTTP 200}, {@code connected, but no answer within 3000 ms}. */
    String message();

    /**
     * The target is well.
     *
     * @param latency from the first packet until the connection, or the head of the answer, was there
     */
    record Passed(Duration latency, String message) implements CheckResult {}

    /**
     * The target is not well.
     *
     * @param latency until that was clear
     */
    record Failed(CheckError error, Duration latency, String message) implements CheckResult {}

    /**
     * This host could not ask: it is out of descriptors, memory or local ports. Says nothing about the target, and counts
     * neither for nor against it.
     */
    record NotMade(String message) implements CheckResult {}
}
