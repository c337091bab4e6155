package io.weir.engine;

import java.util.Arrays;

/** How many use each number. */
final class Counts {

    private int[] counts;

    Counts() {
        this(new int[0]);
    }

    private Counts(int[] counts) {
        this.counts = counts;
    }

    Counts copy() {
        return new Counts(counts.clone());
    }

    int of(int number) {
        return number < counts.length ? counts[number] : 0;
    }

    /** @return how many it are now */
    int add(int number, int more) {
        if (number >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(number + 1, counts.length * 2));
        }
        counts[number] += more;
        return counts[number];
    }
}
