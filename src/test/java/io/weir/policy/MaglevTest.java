package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTest {

    @Test
    void the_order_of_the_config_does_not_matter() {
        List<Endpoint> targets = targets(20);
        List<Endpoint> shuffled = new ArrayList<>(targets);
        Collections.shuffle(shuffled, new Random(1));
        int[] weights = IntStream.rangeClosed(1, 20).toArray();
        int[] shuffledWeights = shuffled.stream()
                .mapToInt(target -> weights[targets.indexOf(target)])
                .toArray();

        assertThat(endpoints(shuffled, Maglev.slots(shuffled, shuffledWeights, 4099)))
                .isEqualTo(endpoints(targets, Maglev.slots(targets, weights, 4099)));
    }

    /** If this changes, nodes of different versions choose different targets for the same flow. */
    @Test
    void the_table_is_the_same_in_every_process_and_version() {
        int[] slots = Maglev.slots(targets(3), new int[] {50, 30, 20}, 4099);

        assertThat(Maglev.hash("10.0.0.1:8080")).isEqualTo(-1819961071750569246L);
        assertThat(Arrays.hashCode(slots)).isEqualTo(2001130925);
    }

    @Test
    void one_target_needs_one_slot() {
        assertThat(Maglev.slots(targets(1), new int[] {100}, 1)).containsExactly(0);
    }

    /**
     * The bound: of the slots of those that stay, as many as two in a hundred of all slots move at most, for 2 to 1,000 equal
     * targets; they would not move at all in an ideal table.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 20, 100, 1000})
    void removing_a_target_moves_few_slots_of_the_others(int count) {
        List<Endpoint> targets = targets(count);
        int size = TableSize.choices(IntStream.generate(() -> 1).limit(count).toArray())
                .getFirst();
        int[] all = IntStream.generate(() -> 1).limit(count).toArray();
        int[] without = all.clone();
        without[count / 2] = 0;

        int[] before = Maglev.slots(targets, all, size);
        int[] after = Maglev.slots(targets, without, size);

        assertThat(strangers(before, after, count / 2)).isLessThan(0.02);
    }

    /** The bound: beyond the slots that must change hands, at most one in ten of all slots moves. */
    @ParameterizedTest
    @ValueSource(strings = {"50 30 20 > 50 25 25", "50 50 > 60 40", "25 25 25 25 > 25 25 49 1", "1 99 > 50 50"})
    void changing_a_weight_moves_few_more_slots_than_it_must(String change) {
        int[] before = numbers(change.split(" > ")[0]);
        int[] after = numbers(change.split(" > ")[1]);
        int[] old = Maglev.slots(targets(before.length), before, 16411);
        int[] fresh = Maglev.slots(targets(before.length), after, 16411);

        int[] had = counts(old, before.length);
        int[] has = counts(fresh, before.length);
        long must = IntStream.range(0, had.length)
                .map(i -> Math.max(0, has[i] - had[i]))
                .sum();
        long moved =
                IntStream.range(0, old.length).filter(i -> old[i] != fresh[i]).count();

        assertThat((moved - must) / 16411.0).isLessThanOrEqualTo(0.10);
    }

    @Test
    void table_sizes_are_primes_with_enough_slots_for_the_smallest_share() {
        assertThat(TableSize.choices(new int[] {100})).containsExactly(1);
        assertThat(TableSize.choices(new int[] {50, 30, 20})).containsExactly(4099, 1021, 251);
        assertThat(TableSize.choices(new int[] {1, 99}).getFirst()).isEqualTo(16411);
        assertThat(TableSize.choices(new int[] {1, 65535}).getFirst()).isEqualTo(655373);
        assertThat(TableSize.choices(IntStream.generate(() -> 7).limit(1000).toArray()))
                .containsExactly(131101, 65537, 32771, 16411, 8209, 4099, 1021);
        assertThat(TableSize.choices(new int[] {1, 65535}).stream().allMatch(MaglevTest::isPrime))
                .isTrue();
    }

    /** The share of all slots that moved between two targets that both stayed. */
    private static double strangers(int[] before, int[] after, int removed) {
        long moved = IntStream.range(0, before.length)
                .filter(i -> before[i] != removed && before[i] != after[i])
                .count();
        return (double) moved / before.length;
    }

    private static boolean isPrime(int number) {
        return IntStream.rangeClosed(2, (int) Math.sqrt(number)).noneMatch(divisor -> number % divisor == 0);
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    static List<Endpoint> targets(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Endpoint.of("10.0." + i / 250 + "." + (i % 250 + 1), 8080))
                .toList();
    }

    private static List<Endpoint> endpoints(List<Endpoint> targets, int[] slots) {
        return Arrays.stream(slots).mapToObj(targets::get).toList();
    }

    static int[] counts(int[] slots, int targets) {
        int[] counts = new int[targets];
        Arrays.stream(slots).forEach(target -> counts[target]++);
        return counts;
    }
}
