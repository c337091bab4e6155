package io.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MonotonicCountsTest {

    private final MonotonicCounts<String, Integer> counts = new MonotonicCounts<>(2);

    private long[] settle(Map<Integer, long[]> rows) {
        return counts.settle(Map.of("web", rows)).get("web");
    }

    @Test
    void what_is_counted_is_what_is_shown() {
        assertThat(settle(Map.of(1, row(5, 50)))).containsExactly(5, 50);
        assertThat(settle(Map.of(1, row(6, 50)))).containsExactly(6, 50);
    }

    @Test
    void places_of_one_counter_are_added_up() {
        assertThat(settle(Map.of(1, row(5, 50), 2, row(1, 1)))).containsExactly(6, 51);
        assertThat(settle(Map.of(2, row(2, 2)))).containsExactly(7, 52);
    }

    @Test
    void a_place_that_begins_anew_goes_on_from_where_it_was() {
        settle(Map.of(1, row(5, 50)));
        assertThat(settle(Map.of(1, row(1, 60)))).containsExactly(6, 110);
        assertThat(settle(Map.of(1, row(2, 70)))).containsExactly(7, 120);
    }

    @Test
    void who_comes_back_at_another_place_goes_on_from_where_it_was() {
        settle(Map.of(1, row(5, 50)));
        assertThat(counts.settle(Map.of())).isEmpty();
        assertThat(counts.settle(Map.of("other", Map.of(1, row(9, 9)))).get("other"))
                .containsExactly(9, 9);
        assertThat(settle(Map.of(2, row(1, 1)))).containsExactly(6, 51);
        assertThat(settle(Map.of(2, row(2, 2)))).containsExactly(7, 52);
    }

    @Test
    void those_who_never_come_back_are_not_remembered_for_ever() {
        settle(Map.of(1, row(5, 50)));
        for (int i = 0; i <= 16_384; i++) {
            counts.settle(Map.of("other " + i, Map.of(1, row(1, 1))));
        }
        counts.settle(Map.of());
        assertThat(settle(Map.of(1, row(1, 1)))).containsExactly(1, 1);
    }

    private static long[] row(long... numbers) {
        return numbers;
    }
}
