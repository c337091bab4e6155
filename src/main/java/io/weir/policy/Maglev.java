package io.weir.policy;

import io.weir.model.Endpoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Weighted consistent hashing: Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016),
 * section 3.4. Each target has its own permutation of the slots and takes from it, in turns, the next slot that is free.
 * Here each has a quota, so that its share is exact to within one slot, and takes a part of it in each turn.
 *
 * <p>A pure function of targets, weights and size: every node of a cluster computes the same table.
 */
public final class Maglev {

    /** In how many turns a quota is taken: more is fairer between large and small, and slower. */
    private static final int MOST_TURNS = 1024;

    private Maglev() {}

    /**
     * Fills a table.
     *
     * @param targets all different; their order does not matter
     * @param weights of each, relative; 0: gets no slot; not all 0
     * @param size 1 or a prime
     * @return for each slot the position in {@code targets} of the one it leads to
     */
    public static int[] slots(List<Endpoint> targets, int[] weights, int size) {
        if (targets.size() != weights.length) {
            throw new IllegalArgumentException(targets.size() + " targets with " + weights.length + " weights");
        }
        String[] names = targets.stream().map(Endpoint::toString).toArray(String[]::new);
        int[] order = IntStream.range(0, names.length)
                .filter(i -> weights[i] > 0)
                .boxed()
                .sorted(Comparator.comparing(i -> names[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] quotas =
                Apportionment.of(Arrays.stream(order).map(i -> weights[i]).toArray(), size);
        Turns turns = new Turns(size, order.length);
        for (int place = 0; place < order.length; place++) {
            turns.join(place, names[order[place]]);
        }
        return turns.take(quotas, order);
    }

    /** The table while it is being filled. */
    private static final class Turns {
        private final int size;
        private final int[] next;
        private final int[] skip;
        private final int[] slots;
        private final long[] taken; // a bit a slot: the probes at the end are many, and this stays in the nearest cache

        Turns(int size, int targets) {
            this.size = size;
            this.next = new int[targets];
            this.skip = new int[targets];
            this.slots = new int[size];
            this.taken = new long[(size + 63) / 64];
        }

        void join(int place, String name) {
            long hash = hash(name);
            next[place] = (int) Long.remainderUnsigned(hash, size);
            skip[place] = size == 1 ? 0 : (int) Long.remainderUnsigned(mix(hash + 0x9E3779B97F4A7C15L), size - 1) + 1;
        }

        int[] take(int[] quotas, int[] order) {
            int rounds = Math.min(MOST_TURNS, Arrays.stream(quotas).max().orElseThrow());
            // After so many rounds each has floor(quota * rounds done / rounds); what is over is carried, as a division
            // for each target and round would take longer than all the rest.
            int[] carried = new int[quotas.length];
            for (int round = 0; round < rounds; round++) {
                for (int place = 0; place < quotas.length; place++) {
                    int due = carried[place] + quotas[place];
                    while (due >= rounds) {
                        due -= rounds;
                        slots[free(place)] = order[place];
                    }
                    carried[place] = due;
                }
            }
            return slots;
        }

        private int free(int place) {
            int slot = next[place];
            int step = skip[place];
            while ((taken[slot >> 6] >>> slot & 1) != 0) {
                slot += step;
                slot = slot >= size ? slot - size : slot;
            }
            taken[slot >> 6] |= 1L << slot;
            int after = slot + step;
            next[place] = after >= size ? after - size : after;
            return slot;
        }
    }

    /** Mixed, because FNV alone spreads short texts badly. */
    static long hash(String text) {
        return mix(Fnv1a.hash(text));
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014; constants: Stafford's variant 13). */
    private static long mix(long bits) {
        bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        return bits ^ bits >>> 31;
    }
}
