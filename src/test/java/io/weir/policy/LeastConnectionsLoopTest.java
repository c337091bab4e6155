package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.model.Endpoint;
import io.weir.policy.LeastConnections.Load;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule in the loop it makes with its targets: shares bring connections, connections make shares. */
class LeastConnectionsLoopTest {

    private static final double ARRIVALS = 2000;

    /** From a start where the first target has all connections. */
    @ParameterizedTest(name = "connections that live {0} looks, weights {1}, weighted {2}")
    @CsvSource({
        "0.05, 1 1, true",
        "0.5, 1 1, true",
        "1, 1 1, true",
        "4, 1 1, true",
        "10, 1 1, true",
        "100, 1 1, true",
        "1, 70 20 10, true",
        "4, 70 20 10, true",
        "30, 70 20 10, true",
        "4, 70 20 10, false",
        "4, 1 1 1 1 1 1 1 1 1 1, true",
    })
    void connections_come_to_what_the_weights_want_and_do_not_swing(
            double lifetime, String weightsText, boolean weighted) {
        double[] weights = Arrays.stream(weightsText.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        Loop loop = new Loop(weights, weighted);
        loop.counts[0] = ARRIVALS * Math.max(1, lifetime);
        List<Double> distances = new ArrayList<>();
        for (int look = 0; look < 60 + 20 * lifetime; look++) {
            loop.look(new Fluid(
                    DoubleStream.generate(() -> lifetime).limit(weights.length).toArray()));
            double share = loop.held(0) * loop.wanted(0);
            distances.add(Math.log(share / (1 - share)) - Math.log(loop.wanted(0) / (1 - loop.wanted(0))));
        }

        assertThat(distances.getLast()).isCloseTo(0, within(0.1));
        List<Double> swings = swings(distances);
        for (int i = 1; i < swings.size(); i++) {
            assertThat(swings.get(i)).as("%s", swings).isLessThan(swings.get(i - 1) / 2);
        }
    }

    /**
     * How far each stretch on one side of the goal goes from it; what is within the rule's own grain is on no side.
     *
     * @param distances on the scale on which the loop is linear
     */
    private static List<Double> swings(List<Double> distances) {
        List<Double> swings = new ArrayList<>();
        double furthest = Math.log(1000); // about where it starts
        boolean above = true;
        for (double distance : distances) {
            if (Math.abs(distance) > 0.1 && distance > 0 != above) {
                swings.add(furthest);
                furthest = 0;
                above = !above;
            }
            furthest = Math.max(furthest, Math.abs(distance));
        }
        swings.add(furthest);
        return swings;
    }

    @Test
    void a_slow_target_gets_fewer_and_holds_the_cube_root_of_its_slowness() {
        Loop loop = new Loop(new double[] {1, 1}, true);
        for (int look = 0; look < 400; look++) {
            loop.look(new Fluid(8, 1));
        }
        assertThat(loop.counts[0] / loop.counts[1]).isCloseTo(2, within(0.1));
    }

    @Test
    void chance_in_arrivals_and_departures_is_not_amplified() {
        Seed.times(30, random -> {
            double[] weights = random.doubles(2 + random.nextInt(5), 1, 10).toArray();
            double lifetime = 0.5 + 20 * random.nextDouble();
            Loop loop = new Loop(weights, random.nextBoolean());
            for (int look = 0; look < 100 + 10 * lifetime; look++) {
                loop.look(new Chance(random, lifetime));
                if (look > 50 + 10 * lifetime) {
                    for (int i = 0; i < weights.length; i++) {
                        double deviation = 1 / Math.sqrt(loop.counts[i]);
                        assertThat(loop.held(i))
                                .as("target %s of %s, lifetime %s", i, Arrays.toString(weights), lifetime)
                                .isCloseTo(1, within(0.08 + 5 * deviation));
                    }
                }
            }
        });
    }

    /** What becomes of a target's connections from one look to the next. */
    private interface Course {
        double after(int target, double count, double arrivals);
    }

    /** Without chance, so that what swings is the rule: arrivals all through the time, each ending by its lifetime. */
    private record Fluid(double... lifetimes) implements Course {
        @Override
        public double after(int target, double count, double arrivals) {
            double left = Math.exp(-1 / lifetimes[target]);
            return count * left + arrivals * lifetimes[target] * (1 - left);
        }
    }

    private record Chance(Random random, double lifetime) implements Course {
        @Override
        public double after(int target, double count, double arrivals) {
            double left = Math.exp(-1 / lifetime);
            double stay = count * left + Math.sqrt(count * left * (1 - left)) * random.nextGaussian();
            double come = arrivals + Math.sqrt(arrivals) * random.nextGaussian();
            return Math.max(0, Math.rint(stay)) + Math.max(0, Math.rint(come));
        }
    }

    private static final class Loop {
        private final double[] weights;
        private final boolean weighted;
        private final double[] counts;
        private LeastConnections rule = LeastConnections.START;

        Loop(double[] weights, boolean weighted) {
            this.weights = weights;
            this.weighted = weighted;
            this.counts = new double[weights.length];
        }

        void look(Course course) {
            Map<Endpoint, Load> loads = new LinkedHashMap<>();
            for (int i = 0; i < weights.length; i++) {
                loads.put(LeastConnectionsTest.endpoint(i), new Load(weights[i], Math.round(counts[i])));
            }
            rule = rule.after(loads, weighted);
            double[] shares = LeastConnectionsTest.shares(rule, loads, weighted);
            for (int i = 0; i < counts.length; i++) {
                counts[i] = course.after(i, counts[i], ARRIVALS * shares[i]);
            }
        }

        /** The share of all connections that a target is to have. */
        double wanted(int target) {
            return weighted ? weights[target] / Arrays.stream(weights).sum() : 1.0 / weights.length;
        }

        /** How many connections it has beside how many it is to have. */
        double held(int target) {
            return counts[target] / Arrays.stream(counts).sum() / wanted(target);
        }
    }
}
