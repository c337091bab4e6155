package io.weir.bench;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** What the rounds of one contender measured, in the order they ran. */
record Samples(double... values) {

    Samples {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
    }

    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** That so much of them is not above, as 0.99 of all. */
    double quantile(double share) {
        double[] sorted = sorted();
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    double min() {
        return sorted()[0];
    }

    double max() {
        return sorted()[values.length - 1];
    }

    /** Round by round with the samples of another contender: what both had in common in a round stays out of it. */
    Samples with(Samples other, DoubleBinaryOperator operation) {
        double[] result = new double[Math.min(values.length, other.values.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = operation.applyAsDouble(values[i], other.values[i]);
        }
        return new Samples(result);
    }

    /** The median of the rounds' ratios. */
    double ratioTo(Samples other) {
        return with(other, (mine, theirs) -> mine / theirs).median();
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
