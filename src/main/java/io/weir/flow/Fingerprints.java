package io.weir.flow;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A set of flows by their fingerprints, 8 to 27 bytes a flow, with the sum (XOR) and the count of every bucket; sets of different
 * secrets have nothing in common. A new generation
 * marks all that is put from then on: what has not been put again when it ends is swept out.
 */
final class Fingerprints {

    private static final int SMALLEST = 1024;
    private static final long GENERATION = 1;

    private final long secret;

    /** Open addressing with linear probing; zero is free. The lowest bit is the generation it was put in. */
    private long[] slots = new long[SMALLEST];

    private int size;
    private long generation;
    private final int[] counts = new int[Fingerprint.BUCKETS];
    private final long[] sums = new long[Fingerprint.BUCKETS];

    Fingerprints(long secret) {
        this.secret = secret;
    }

    long secret() {
        return secret;
    }

    /** A flow as it stands here. */
    long of(FlowRecord flow) {
        return Fingerprint.of(flow, secret);
    }

    int size() {
        return size;
    }

    /** Whether the flow is in it, wherever it goes. */
    boolean contains(long fingerprint) {
        return slots[slot(fingerprint)] != 0;
    }

    /** Whether the flow is in it, and goes where this one goes. */
    boolean containsAsIs(long fingerprint) {
        return (slots[slot(fingerprint)] & ~GENERATION) == fingerprint;
    }

    /**
     * Puts a flow, in place of one of the same identity.
     *
     * @return whether it was not there, or went elsewhere
     */
    boolean put(long fingerprint) {
        int slot = slot(fingerprint);
        long before = slots[slot] & ~GENERATION;
        slots[slot] = fingerprint | generation;
        if (before == fingerprint) {
            return false;
        }
        if (before == 0) {
            size++;
            counts[Fingerprint.bucket(fingerprint)]++;
        }
        sums[Fingerprint.bucket(fingerprint)] ^= before ^ fingerprint;
        if (size > slots.length / 4 * 3) {
            resize(slots.length * 2);
        }
        return true;
    }

    /** @return whether it was there */
    boolean remove(long fingerprint) {
        int slot = slot(fingerprint);
        if (slots[slot] == 0) {
            return false;
        }
        clear(slot);
        if (slots.length > SMALLEST && size < slots.length / 8) {
            resize(slots.length / 2);
        }
        return true;
    }

    void clear() {
        slots = new long[SMALLEST];
        size = 0;
        Arrays.fill(counts, 0);
        Arrays.fill(sums, 0);
    }

    /** Begins a generation; one that has not ended is forgotten. */
    void begin() {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] != 0) {
                slots[slot] = slots[slot] & ~GENERATION | generation;
            }
        }
        generation ^= GENERATION;
    }

    /**
     * Ends the generation.
     *
     * @param buckets where those that were not put in it are removed
     * @return how many were
     */
    int sweep(BitSet buckets) {
        int before = size;
        for (int slot = 0; slot < slots.length; slot++) {
            while (slots[slot] != 0
                    && (slots[slot] & GENERATION) != generation
                    && buckets.get(Fingerprint.bucket(slots[slot]))) {
                clear(slot); // which may move another one here
            }
        }
        return before - size;
    }

    Digest digest() {
        long root = 0;
        for (int bucket = 0; bucket < sums.length; bucket++) {
            root = Fingerprint.mix(root + sums[bucket] + counts[bucket]);
        }
        return new Digest(size, root);
    }

    int[] counts() {
        return counts.clone();
    }

    long[] sums() {
        return sums.clone();
    }

    /** Buckets whose flows are not these. */
    BitSet differing(int[] otherCounts, long[] otherSums) {
        BitSet differing = new BitSet(Fingerprint.BUCKETS);
        IntStream.range(0, Fingerprint.BUCKETS)
                .filter(bucket -> counts[bucket] != otherCounts[bucket] || sums[bucket] != otherSums[bucket])
                .forEach(differing::set);
        return differing;
    }

    /** Where the flow is, or would be put. */
    private int slot(long fingerprint) {
        int mask = slots.length - 1;
        int slot = Fingerprint.spread(fingerprint) & mask;
        while (slots[slot] != 0 && !Fingerprint.same(slots[slot], fingerprint)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Frees a slot, and moves up those behind it that would not be found any more. */
    private void clear(int slot) {
        long gone = slots[slot] & ~GENERATION;
        size--;
        counts[Fingerprint.bucket(gone)]--;
        sums[Fingerprint.bucket(gone)] ^= gone;
        int mask = slots.length - 1;
        int free = slot;
        for (int next = free + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            int home = Fingerprint.spread(slots[next]) & mask;
            if ((next - home & mask) >= (next - free & mask)) {
                slots[free] = slots[next];
                free = next;
            }
        }
        slots[free] = 0;
    }

    private void resize(int length) {
        long[] old = slots;
        slots = new long[length];
        for (long entry : old) {
            if (entry != 0) {
                slots[slot(entry)] = entry;
            }
        }
    }
}
