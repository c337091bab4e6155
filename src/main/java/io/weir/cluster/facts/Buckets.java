package io.weir.cluster.facts;

import io.weir.policy.Fnv1a;
import java.util.Arrays;

/** Fingerprints of a set in 64 parts: each the exclusive or of its members', so that one is added as it is removed. */
final class Buckets {

    static final int COUNT = 64;

    private final long[] prints;

    Buckets() {
        this(new long[COUNT]);
    }

    Buckets(long[] prints) {
        if (prints.length != COUNT) {
            throw new IllegalArgumentException(COUNT + " buckets, not " + prints.length);
        }
        this.prints = prints.clone();
    }

    static int of(long keyPrint) {
        return (int) (keyPrint >>> 58);
    }

    /** Adds a member that is not in it, or removes one that is. */
    void toggle(int bucket, long print) {
        prints[bucket] ^= print;
    }

    /** A bit for each in which the two are not alike. */
    long difference(Buckets other) {
        long mask = 0;
        for (int i = 0; i < COUNT; i++) {
            mask |= prints[i] == other.prints[i] ? 0 : 1L << i;
        }
        return mask;
    }

    Buckets copy() {
        return new Buckets(prints);
    }

    long print(int bucket) {
        return prints[bucket];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Buckets buckets && Arrays.equals(prints, buckets.prints);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(prints);
    }

    /** Of which the upper bits choose the bucket. */
    static long print(byte[] bytes, int length) {
        return Fnv1a.mix(Fnv1a.hash(bytes, length));
    }
}
