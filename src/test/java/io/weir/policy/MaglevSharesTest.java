package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.testing.Seed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaglevSharesTest {

    @Test
    void every_target_has_its_share_of_the_slots_to_within_one() {
        Seed.times(200, MaglevSharesTest::sharesAreExact);
    }

    private static void sharesAreExact(Random random) {
        int[] relative = RandomWeights.of(random, 1 + random.nextInt(60), 0).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        relative[0] = Math.max(1, relative[0]);
        long sum = Arrays.stream(relative).asLongStream().sum();

        int[] counts =
                MaglevTest.counts(Maglev.slots(MaglevTest.targets(relative.length), relative, 4099), relative.length);

        for (int i = 0; i < counts.length; i++) {
            assertThat((double) counts[i]).isCloseTo(4099.0 * relative[i] / sum, within(1.0));
            assertThat(counts[i] == 0 || relative[i] > 0).isTrue();
        }
    }
}
