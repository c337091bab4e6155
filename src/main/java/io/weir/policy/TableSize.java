package io.weir.policy;

import java.util.Comparator;
import java.util.List;

/**
 * How many slots a Maglev table has. Primes, as the permutations need: about powers of two, so that a group that grows
 * seldom changes its size (which moves nearly all new connections), and 655,373, the large table of the paper.
 */
public final class TableSize {

    private static final List<Integer> SIZES =
            List.of(251, 1021, 4099, 8209, 16411, 32771, 65537, 131101, 262147, 524309, 655373);

    private static final int USUAL_MINIMUM = 4099;

    /** With a hundred slots for the smallest share, rounding to whole slots is off by half a percent of it at most. */
    private static final int SLOTS_PER_SHARE = 100;

    /** Above this many targets the largest size would take 30 ms to fill. */
    private static final int MANY_TARGETS = 64;

    private static final int LARGEST_FOR_MANY = 262147;

    private TableSize() {}

    /**
     * The sizes a table may have, best first; the later ones only when there is no room. One target needs one slot. Else
     * the best is the smallest prime that is at least 4,099, 100 for each target, and 100 for the smallest weight, as
     * far as the largest prime allows (655,373; 262,147 for more than 64 targets); then all smaller ones that have a
     * slot for each target.
     *
     * @param weights of all targets that may come to serve, as configured: excluding one must not change the size
     */
    public static List<Integer> choices(int[] weights) {
        if (weights.length == 1) {
            return List.of(1);
        }
        int best = best(weights);
        return SIZES.stream()
                .filter(size -> size <= best && size >= weights.length)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static int best(int[] weights) {
        long total = 0;
        int smallest = Integer.MAX_VALUE;
        for (int weight : weights) {
            total += weight;
            smallest = Math.min(smallest, weight);
        }
        long wanted = Math.max(
                Math.max(USUAL_MINIMUM, (long) SLOTS_PER_SHARE * weights.length),
                Math.ceilDiv(SLOTS_PER_SHARE * total, smallest));
        int largest = weights.length > MANY_TARGETS ? LARGEST_FOR_MANY : SIZES.getLast();
        return SIZES.stream()
                .filter(size -> size >= wanted && size <= largest)
                .findFirst()
                .orElse(largest);
    }
}
