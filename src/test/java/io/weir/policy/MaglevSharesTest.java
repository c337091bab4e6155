package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MaglevSharesTest {

    @Property(tries = 200)
    void every_target_has_its_share_of_the_slots_to_within_one(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 65535) Integer> weights) {
        int[] relative = weights.stream().mapToInt(Integer::intValue).toArray();
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
