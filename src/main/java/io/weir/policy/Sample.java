package io.weir.policy;

/**
 * What was seen of the connections to one target since the sample before. Outcomes come later than starts: a target that
 * answers nothing shows only after the handshake's timeout.
 *
 * @param started TCP connections sent there
 * @param concluded those of which the outcome is known, good or bad, and failed health checks
 * @param errors bad outcomes; a connection that was reset early counted as a good one before
 */
public record Sample(long started, long concluded, long errors) {

    public static final Sample NONE = new Sample(0, 0, 0);

    public Sample {
        if (started < 0 || concluded < 0 || errors < 0) {
            throw new IllegalArgumentException(
                    "a sample counts from 0, not " + started + ", " + concluded + ", " + errors);
        }
    }

    /**
     * What the data path counts for a target, as differences, and its failed health checks.
     *
     * @param syns connections sent there
     * @param handshakes completed
     * @param handshakeResets answered by RST
     * @param handshakeTimeouts not completed in time
     * @param earlyResets reset by the target within a second of the handshake
     */
    public static Sample of(
            long syns,
            long handshakes,
            long handshakeResets,
            long handshakeTimeouts,
            long earlyResets,
            long failedChecks) {
        long failed = handshakeResets + handshakeTimeouts + failedChecks;
        return new Sample(syns, handshakes + failed, failed + earlyResets);
    }

    Sample plus(Sample more) {
        return new Sample(started + more.started, concluded + more.concluded, errors + more.errors);
    }

    /** Share of errors, 0 to 1. An early reset may fall into a later sample than its handshake. */
    public double errorRate() {
        return errors == 0 ? 0 : (double) errors / Math.max(errors, concluded);
    }
}
