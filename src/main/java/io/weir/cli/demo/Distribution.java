package io.weir.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who answered how many connections, beside the weights.
 *
 * @param counts connections by server, every server of the weights named
 * @param weights percent by server
 */
record Distribution(Map<String, Integer> counts, Map<String, Integer> weights) {

    /**
     * Pearson's statistic above which the weights cannot be believed: with three servers (two degrees of freedom) chance
     * exceeds it once in 22,000 runs.
     */
    static final double LIMIT = 20;

    Distribution {
        counts = Map.copyOf(counts);
        weights = Map.copyOf(weights);
    }

    /** From lines of {@code NAME COUNT}; of several with one name the sum. */
    static Distribution parse(List<String> lines, Map<String, Integer> weights) {
        Map<String, Integer> counts = new TreeMap<>();
        weights.keySet().forEach(name -> counts.put(name, 0));
        for (String line : lines) {
            String[] words = line.split(" ");
            if (words.length != 2 || !weights.containsKey(words[0]) || !words[1].matches("[0-9]{1,9}")) {
                throw new DemoFailure("the client says '" + line + "' instead of who answered");
            }
            counts.merge(words[0], Integer.parseInt(words[1]), Integer::sum);
        }
        return new Distribution(counts, weights);
    }

    /** As if every server had exactly its share. */
    static Distribution ofWeights(Map<String, Integer> weights) {
        return new Distribution(weights, weights);
    }

    /** The names of the servers, over their {@link #shares}. */
    static String heads(Map<String, Integer> weights) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(weights).keySet().forEach(name -> text.append(String.format("%8s", name)));
        return text.toString();
    }

    int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The sum of (observed - expected)² / expected. */
    double statistic() {
        return weights.entrySet().stream()
                .mapToDouble(weight -> {
                    double expected = total() * weight.getValue() / 100.0;
                    double difference = counts.getOrDefault(weight.getKey(), 0) - expected;
                    return difference * difference / expected;
                })
                .sum();
    }

    boolean followsWeights() {
        return total() > 0 && statistic() < LIMIT;
    }

    /** The shares in percent, in the order of the names. */
    String shares() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(counts)
                .forEach((name, count) -> text.append(String.format(Locale.ROOT, "%8.1f", 100.0 * count / total())));
        return text.toString();
    }
}
