package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On a clock that a test moves; times in milliseconds. */
class ScheduleTest {

    private static final long MILLI = 1_000_000;

    private final Schedule<String> schedule = new Schedule<>(new Random(1), 0);

    private record Turn(String key, long at) {}

    /** Lets time pass in steps of a millisecond; what was due is done at once. */
    private List<Turn> pass(long from, long to) {
        List<Turn> turns = new ArrayList<>();
        for (long at = from; at < to; at++) {
            for (String key : schedule.due(at * MILLI)) {
                turns.add(new Turn(key, at));
                schedule.done(key);
            }
        }
        return turns;
    }

    private static Map<String, Duration> many(int number, Duration interval) {
        return IntStream.range(0, number).boxed().collect(Collectors.toMap(i -> "t" + i, i -> interval));
    }

    @Test
    void everything_is_asked_within_the_first_second_and_evenly_over_the_interval_after() {
        schedule.keep(many(1000, Duration.ofSeconds(10)), 0);
        List<Turn> turns = pass(0, 20_000);

        Map<String, Long> first = new HashMap<>();
        turns.forEach(turn -> first.putIfAbsent(turn.key(), turn.at()));
        assertThat(first).hasSize(1000);
        assertThat(first.values()).allMatch(at -> at <= 1000);
        Map<Long, Long> perSecond = turns.stream()
                .filter(turn -> turn.at() >= 10_000)
                .collect(Collectors.groupingBy(turn -> turn.at() / 1000, Collectors.counting()));
        assertThat(perSecond)
                .hasSize(10)
                .allSatisfy((second, count) -> assertThat(count).isBetween(97L, 103L));
    }

    @Test
    void so_many_that_a_second_is_too_short_begin_at_two_thousand_a_second() {
        schedule.keep(many(10_000, Duration.ofSeconds(10)), 0);
        assertThat(pass(0, 1000).stream().map(Turn::key).distinct()).hasSizeBetween(1900, 2100);
    }

    @Test
    void times_do_not_drift() {
        schedule.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        List<Long> at = new ArrayList<>();
        for (long now = 0; now < 100_000; now += 7) { // looked at too late, up to 6 ms
            if (!schedule.due(now * MILLI).isEmpty()) {
                at.add(now);
                schedule.done("a");
            }
        }
        assertThat(at).hasSizeBetween(100, 101);
        long first = at.get(1);
        for (int i = 1; i < at.size(); i++) {
            assertThat(at.get(i) - first - (i - 1) * 1000L).isBetween(-7L, 7L);
        }
    }

    @Test
    void what_is_under_way_is_not_due_again() {
        schedule.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        assertThat(schedule.due(1000 * MILLI)).containsExactly("a");
        assertThat(schedule.due(2000 * MILLI)).isEmpty();
        assertThat(schedule.begin("a")).isFalse();
        schedule.done("a");
        assertThat(schedule.due(3000 * MILLI)).containsExactly("a");
    }

    @Test
    void what_was_slept_through_is_not_made_up_for() {
        schedule.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        assertThat(pass(60_000, 62_000)).hasSizeBetween(2, 3);
    }

    @Test
    void only_what_is_new_begins_anew() {
        schedule.keep(Map.of("a", Duration.ofMillis(1000), "b", Duration.ofMillis(1000)), 0);
        pass(0, 2000);
        long phase = pass(2000, 4000).stream()
                        .filter(turn -> turn.key().equals("a"))
                        .findFirst()
                        .orElseThrow()
                        .at()
                % 1000;

        schedule.keep(Map.of("a", Duration.ofMillis(1000), "c", Duration.ofMillis(1000)), 4000 * MILLI);
        List<Turn> turns = pass(4000, 8000);
        assertThat(turns).noneMatch(turn -> turn.key().equals("b"));
        assertThat(turns).anyMatch(turn -> turn.key().equals("c"));
        assertThat(turns)
                .filteredOn(turn -> turn.key().equals("a"))
                .hasSize(4)
                .allMatch(turn -> turn.at() % 1000 == phase);
    }

    @Test
    void another_interval_holds_from_now_on_and_what_is_under_way_stays_so() {
        schedule.keep(Map.of("a", Duration.ofMillis(60_000)), 0);
        assertThat(schedule.begin("a")).isTrue();
        schedule.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        assertThat(pass(0, 5000)).isEmpty();
        schedule.done("a");
        assertThat(pass(5000, 10_000)).hasSize(5);
    }

    @Test
    void the_next_time_is_known() {
        assertThat(schedule.next()).isEmpty();
        schedule.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        long next = schedule.next().orElseThrow();
        assertThat(schedule.due(next - 1)).isEmpty();
        assertThat(schedule.due(next)).containsExactly("a");
    }

    @Test
    void jitter_moves_each_time_and_loses_none() {
        Schedule<String> jittered = new Schedule<>(new Random(3), 0.05);
        jittered.keep(Map.of("a", Duration.ofMillis(1000)), 0);
        List<Long> at = new ArrayList<>();
        for (long now = 0; now < 200_000; now++) {
            if (!jittered.due(now * MILLI).isEmpty()) {
                at.add(now);
                jittered.done("a");
            }
        }
        assertThat(at).hasSizeBetween(199, 201);
        List<Long> gaps = IntStream.range(2, at.size())
                .mapToObj(i -> at.get(i) - at.get(i - 1))
                .toList();
        assertThat(gaps).allMatch(gap -> gap >= 899 && gap <= 1101);
        assertThat(gaps.stream().distinct().count()).isGreaterThan(50);
    }
}
