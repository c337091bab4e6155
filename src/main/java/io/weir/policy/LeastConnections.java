package io.weir.policy;

import io.weir.model.Endpoint;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shares of one group that follow its live connections: who has fewer than the others for its weight gets more of the
 * new ones.
 *
 * <p>A target's load is its connections by its weight, or just its connections when weights are to be left aside. The
 * goal of its level is the inverse square of its load beside the mean; each look at the counts takes the level a quarter
 * of the way there, on a logarithmic scale. That is a damped loop for connections of any lifetime: of a distance, a
 * quarter is left after a step when they live much shorter than a step, and the damping ratio is 1/√3 at worst, when
 * they live about four steps. A target whose connections live k times as long as the others' comes to hold the cube root
 * of k times as many. A power higher than the square would even that out further, and swing.
 *
 * @param levels of the targets last looked at
 */
public record LeastConnections(Map<Endpoint, Double> levels) {

    public static final LeastConnections START = new LeastConnections(Map.of());

    private static final double STEP = 0.25;
    private static final double POWER = 2;

    /** No level is further than this factor from the middle: an empty target is not flooded, nor a full one starved. */
    private static final double FURTHEST = Math.log(4);

    /** Below two percent nothing is changed: each change costs a table. */
    private static final double SMALLEST_CHANGE = Math.log(1.02);

    /**
     * @param weight as configured
     * @param connections now
     */
    public record Load(double weight, long connections) {}

    public LeastConnections {
        levels = Map.copyOf(levels);
    }

    /**
     * After one more look at the counts.
     *
     * @param loads of the targets that serve; one that was not among them before, or comes back, begins in the middle
     * @param weighted whether connections are compared by weight
     */
    public LeastConnections after(Map<Endpoint, Load> loads, boolean weighted) {
        Map<Endpoint, Double> logarithms = new TreeMap<>();
        double meanWeight = loads.values().stream()
                .mapToDouble(load -> weighted ? load.weight() : 1)
                .average()
                .orElse(1);
        // One connection more for everybody, by weight: an empty target has a logarithm, and few connections say
        // little.
        loads.forEach((endpoint, load) -> logarithms.put(
                endpoint, Math.log(load.connections() / (weighted ? load.weight() : 1) + 1 / meanWeight)));
        double mean = mean(logarithms);
        Map<Endpoint, Double> next = new TreeMap<>();
        logarithms.forEach((endpoint, logarithm) ->
                next.put(endpoint, (1 - STEP) * Math.log(level(endpoint)) - STEP * POWER * (logarithm - mean)));
        double middle = mean(next);
        next.replaceAll((endpoint, level) -> Math.clamp(level - middle, -FURTHEST, FURTHEST));
        boolean isNews = !next.keySet().equals(levels.keySet())
                || next.entrySet().stream()
                        .anyMatch(entry ->
                                Math.abs(entry.getValue() - Math.log(level(entry.getKey()))) >= SMALLEST_CHANGE);
        next.replaceAll((endpoint, level) -> Math.exp(level));
        return isNews ? new LeastConnections(next) : this;
    }

    /**
     * What the configured weight of a target is to be multiplied by, relative to the others of its group.
     *
     * @param weight as configured
     */
    public double factor(Endpoint target, double weight, boolean weighted) {
        return weighted ? level(target) : level(target) / weight;
    }

    private double level(Endpoint target) {
        return levels.getOrDefault(target, 1.0);
    }

    private static double mean(Map<Endpoint, Double> values) {
        return values.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }
}
