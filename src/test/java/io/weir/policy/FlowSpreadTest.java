package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Protocol;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether 100,000 flows, hashed and looked up as the data path does it, spread as the weights say. */
class FlowSpreadTest {

    private static final int FLOWS = 100_000;

    /** One false alarm in a thousand rows; seeds are fixed, so a row that passes always passes. */
    private static final double SIGNIFICANCE_Z = 3.0902;

    static Stream<Arguments> rows() {
        List<int[]> vectors = List.of(
                new int[] {50, 50},
                new int[] {50, 30, 20},
                new int[] {1, 99},
                new int[] {13, 12, 13, 12, 13, 12, 13, 12},
                IntStream.generate(() -> 1).limit(100).toArray(),
                new Random(7).ints(40, 1, 65536).toArray(),
                IntStream.iterate(1, w -> w * 2).limit(16).toArray(),
                IntStream.generate(() -> 1).limit(1000).toArray(),
                new Random(8).ints(1000, 1, 65536).toArray());
        return vectors.stream()
                .flatMap(weights ->
                        Stream.of(Flows.values()).map(flows -> Arguments.of(describe(weights), weights, flows)));
    }

    /** Where the flows come from: at random, or as badly as clients come in practice. */
    enum Flows {
        RANDOM_V4,
        RANDOM_V6,
        /** One client, its ports one after the other: what a proxy or a load generator does. */
        ONE_CLIENT_PORTS_IN_SEQUENCE,
        /** Neighbouring clients with session persistence. */
        PERSISTENT_CLIENTS_IN_SEQUENCE;

        int hash(int number, Random random) {
            IpAddress vip = IpAddress.parse("10.1.2.3");
            return switch (this) {
                case RANDOM_V4 -> FlowHash.of(0, v4(random.nextInt()), port(random), vip, 80, Protocol.TCP);
                case RANDOM_V6 -> FlowHash.of(0, v6(random), port(random), v6(new Random(3)), 443, Protocol.UDP);
                case ONE_CLIENT_PORTS_IN_SEQUENCE ->
                    FlowHash.of(0, v4(0x0a000001 + number / 60_000), 1024 + number % 60_000, vip, 80, Protocol.TCP);
                case PERSISTENT_CLIENTS_IN_SEQUENCE -> FlowHash.ofClient(0, v4(0x0a000000 + number));
            };
        }
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("rows")
    void flows_spread_as_the_weights_say(String described, int[] weights, Flows flows) {
        List<Endpoint> targets = MaglevTest.targets(weights.length);
        int size = TableSize.choices(weights).getFirst();
        int[] slots = Maglev.slots(targets, weights, size);
        int[] counts = new int[weights.length];
        Random random = new Random(42);
        for (int i = 0; i < FLOWS; i++) {
            counts[slots[FlowHash.slot(flows.hash(i, random), size)]]++;
        }

        assertThat(chiSquare(counts, weights)).isLessThan(critical(weights.length - 1));
    }

    private static double chiSquare(int[] counts, int[] weights) {
        double total = IntStream.of(weights).asLongStream().sum();
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = (double) FLOWS * weights[i] / total;
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return sum;
    }

    /** The chi-square value that chance exceeds once in a thousand (Wilson and Hilferty's approximation). */
    private static double critical(int degrees) {
        double part = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - part + SIGNIFICANCE_Z * Math.sqrt(part), 3);
    }

    private static String describe(int[] weights) {
        return weights.length + " targets "
                + (weights.length <= 3 ? java.util.Arrays.toString(weights) : "from " + weights[0]);
    }

    private static int port(Random random) {
        return random.nextInt(1, 65536);
    }

    private static IpAddress v4(int bits) {
        return new IpAddress(Family.V4, 0, bits & 0xffffffffL);
    }

    private static IpAddress v6(Random random) {
        return new IpAddress(Family.V6, random.nextLong(), random.nextLong());
    }
}
