package io.weir.lab;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many connections each server got, beside its weight. */
record Distribution(List<Integer> counts, List<Integer> weights) {

    Distribution {
        counts = List.copyOf(counts);
        weights = List.copyOf(weights);
    }

    /** @param weights of web1, web2, …; whoever else answered does not belong here */
    static Distribution of(Map<String, Integer> answers, Integer... weights) {
        List<Integer> counts = java.util.stream.IntStream.rangeClosed(1, weights.length)
                .mapToObj(number -> answers.getOrDefault(Site.name(number), 0))
                .toList();
        Distribution distribution = new Distribution(counts, List.of(weights));
        if (distribution.total()
                != answers.values().stream().mapToInt(Integer::intValue).sum()) {
            throw new AssertionError("others answered too: " + answers);
        }
        return distribution;
    }

    int total() {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    /** Pearson's, of the counts against the weights; infinite when a server without weight was chosen. */
    double chiSquare() {
        double whole = weights.stream().mapToInt(Integer::intValue).sum();
        double sum = 0;
        for (int i = 0; i < counts.size(); i++) {
            double expected = total() * weights.get(i) / whole;
            if (expected == 0 && counts.get(i) == 0) {
                continue;
            }
            sum += (counts.get(i) - expected) * (counts.get(i) - expected) / expected;
        }
        return sum;
    }

    /**
     * The probability that a build that follows the weights is further off than this. Exact for three servers: with two
     * degrees of freedom the chi-square distribution's upper tail is exp(-x/2).
     */
    double probability() {
        if (weights.size() != 3) {
            throw new IllegalStateException("known for three servers only");
        }
        return Math.exp(-chiSquare() / 2);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s for weights %s: chi-square %.2f", counts, weights, chiSquare());
    }
}
