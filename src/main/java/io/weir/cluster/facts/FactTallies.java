package io.weir.cluster.facts;

import io.weir.policy.FactCounts;
import java.util.Optional;

/** Counts what comes and goes, and reads frames: what is none is counted, too. */
final class FactTallies {

    long said;
    long heard;
    long changed;
    long exchanges;
    long agreed;
    long ahead;
    long noRoom;
    private long malformed;
    private long otherVersion;

    /** What a frame says; empty: it is dropped. */
    Optional<FactFrame> read(byte[] frame) {
        try {
            if (FactReader.isOfAnotherVersion(frame)) {
                otherVersion++;
                return Optional.empty();
            }
            return Optional.of(FactReader.read(frame));
        } catch (MalformedFactsException wrong) {
            malformed++;
            return Optional.empty();
        }
    }

    /** Frames that no node sends. */
    long malformed() {
        return malformed;
    }

    FactCounts counts(long known) {
        return new FactCounts(
                known, said, heard, changed, exchanges, agreed, ahead, malformed, otherVersion, noRoom, 0);
    }
}
