package io.weir.flow;

import java.time.Duration;
import java.util.BitSet;

/** Which buckets an owner is to tell anew, and why. */
final class Wishes {

    private static final long SETTLE_NANOS = Duration.ofMillis(2_500).toNanos();
    private static final long RARELY_NANOS = Duration.ofSeconds(160).toNanos();

    /** Something is missing or too much, for whatever reason. */
    private BitSet wanted = new BitSet();

    /** There was no room. */
    private final BitSet refused = new BitSet();

    /** The target was not configured. */
    private final BitSet unknown = new BitSet();

    /** Carried by both nodes. */
    private final BitSet contested = new BitSet();

    private long pause = SETTLE_NANOS;
    private long settleAt;

    void missing(long fingerprint) {
        wanted.set(Fingerprint.bucket(fingerprint));
    }

    void differing(BitSet buckets) {
        wanted.or(buckets);
    }

    void refused(long fingerprint) {
        refused.set(Fingerprint.bucket(fingerprint));
    }

    void unknown(long fingerprint) {
        unknown.set(Fingerprint.bucket(fingerprint));
    }

    void contested(long fingerprint, long now) {
        if (contested.isEmpty()) {
            settleAt = now + pause;
        }
        contested.set(Fingerprint.bucket(fingerprint));
    }

    void configured() {
        wanted.or(unknown);
        unknown.clear();
    }

    /** These are being told: what is wrong with them will show. */
    void granted(BitSet buckets) {
        wanted.andNot(buckets);
        refused.andNot(buckets);
        contested.andNot(buckets);
        unknown.andNot(buckets);
    }

    /** @param room whether what was refused would find room now */
    BitSet due(long now, boolean room) {
        BitSet due = (BitSet) wanted.clone();
        if (room) {
            due.or(refused);
        }
        if (isSettlingDue(now)) {
            due.or(contested);
        }
        return due;
    }

    /** Those in which flows are that both nodes carry, when it is time to settle on one. */
    BitSet settling(long now) {
        if (!isSettlingDue(now)) {
            return new BitSet();
        }
        pause = Math.min(pause * 2, RARELY_NANOS);
        return (BitSet) contested.clone();
    }

    private boolean isSettlingDue(long now) {
        if (contested.isEmpty() && now - settleAt > pause) {
            pause = SETTLE_NANOS;
        }
        return !contested.isEmpty() && now - settleAt >= 0;
    }
}
