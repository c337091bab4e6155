package io.weir.flow;

import java.time.Duration;
import java.util.BitSet;

/** Which buckets an owner is to tell anew, and why. */
final class BucketRequests {

    /** Something is missing or too much, for whatever reason. */
    private final BitSet wanted = new BitSet();

    /** The target was not configured. */
    private final BitSet unknown = new BitSet();

    /** There was no room, and there may be some when others have ended. */
    private final Backoff refused = new Backoff(Duration.ofSeconds(10));

    /** Carried by both nodes: a little more than the two seconds by which one of them must have been silent to give it up. */
    private final Backoff contested = new Backoff(Duration.ofMillis(2_500));

    /** The same, by this node's own buckets. */
    private BitSet contestedHere = new BitSet();

    /** Buckets that may be as they were once they have been told anew: asked for more and more rarely, new ones soon. */
    private static final class Backoff {

        private static final long LONGEST_NANOS = Duration.ofSeconds(160).toNanos();

        private final BitSet buckets = new BitSet();
        private final long shortest;
        private BitSet last = new BitSet();
        private long pause;
        private long due;

        Backoff(Duration shortest) {
            this.shortest = shortest.toNanos();
            this.pause = this.shortest;
        }

        void add(long fingerprint, long now) {
            int bucket = Fingerprint.bucket(fingerprint);
            if (!buckets.get(bucket)) {
                long then = now + (last.get(bucket) ? pause : shortest);
                due = buckets.isEmpty() ? then : Math.min(due, then);
                buckets.set(bucket);
            }
        }

        void granted(BitSet told) {
            BitSet taken = (BitSet) buckets.clone();
            taken.and(told);
            if (!taken.isEmpty()) {
                buckets.andNot(told);
                BitSet fresh = (BitSet) taken.clone();
                fresh.andNot(last);
                pause = fresh.isEmpty() ? Math.min(pause * 2, LONGEST_NANOS) : shortest * 2;
                last = taken;
            }
        }

        boolean isDue(long now) {
            return !buckets.isEmpty() && now - due >= 0;
        }
    }

    void missing(long fingerprint) {
        wanted.set(Fingerprint.bucket(fingerprint));
    }

    void differing(BitSet buckets) {
        wanted.or(buckets);
    }

    void unknown(long fingerprint) {
        unknown.set(Fingerprint.bucket(fingerprint));
    }

    void refused(long fingerprint, long now) {
        refused.add(fingerprint, now);
    }

    /** @param bucketHere where it is among this node's own flows */
    void contested(long fingerprint, int bucketHere, long now) {
        contested.add(fingerprint, now);
        contestedHere.set(bucketHere);
    }

    void configured() {
        wanted.or(unknown);
        unknown.clear();
    }

    /** These are being told: what is wrong with them will show. */
    void granted(BitSet buckets) {
        wanted.andNot(buckets);
        unknown.andNot(buckets);
        refused.granted(buckets);
        contested.granted(buckets);
    }

    /** @param room whether what was refused may find room now */
    BitSet due(long now, boolean room) {
        BitSet due = (BitSet) wanted.clone();
        if (room && refused.isDue(now)) {
            due.or(refused.buckets);
        }
        if (contested.isDue(now)) {
            due.or(contested.buckets);
        }
        return due;
    }

    /** This node's own buckets in which flows are that both nodes carry, when it is time to settle on one. */
    BitSet settle(long now) {
        BitSet buckets = new BitSet();
        if (contested.isDue(now)) {
            buckets = contestedHere;
            contestedHere = new BitSet();
        }
        return buckets;
    }
}
