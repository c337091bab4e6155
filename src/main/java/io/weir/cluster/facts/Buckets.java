package io.weir.cluster.facts;

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

    /** FNV-1a, with its bits stirred once more: its own upper ones hardly depend on the last bytes. */
    static long print(byte[] bytes, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i] & 0xff) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
