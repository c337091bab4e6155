package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.policy.Drain.Cancelled;
import io.weir.policy.Drain.Completed;
import io.weir.policy.Drain.Course;
import io.weir.policy.Drain.Draining;
import io.weir.policy.Drain.Event;
import io.weir.policy.Drain.TimedOut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long IN_TIME = 30_999;
    private static final long DEADLINE = 31_000;

    /** A drain that began at 1,000 with 10 connections and was last counted with 3. */
    private static final Course COURSE = new Course(1000, TIMEOUT, 10, 3, Set.of());

    @Test
    void every_event_in_every_state() {
        new Matrix("""
                state      start     none left  some in time  some too late  undrain
                DRAINING   refused   COMPLETED  DRAINING      TIMED_OUT      CANCELLED
                COMPLETED  refused   COMPLETED  COMPLETED     COMPLETED      CANCELLED
                TIMED_OUT  DRAINING  TIMED_OUT  TIMED_OUT     TIMED_OUT      CANCELLED
                CANCELLED  DRAINING  CANCELLED  CANCELLED     CANCELLED      refused
                """).check((stateName, eventName) -> {
            Drain before = state(stateName);
            Event event = switch (eventName) {
                case "start" -> new Event.Start(TIMEOUT, 5);
                case "none left" -> new Event.Counted(0);
                case "some in time", "some too late" -> new Event.Counted(2);
                default -> new Event.Undrain();
            };
            return Matrix.cell(
                    before.on(event, eventName.endsWith("late") ? DEADLINE : IN_TIME), before, DrainTest::name);
        });
    }

    /** {@code START/timeout}, a count, or {@code UNDRAIN}, each at its time; then the states it goes through. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            all connections end        | 1000:7 2000:3 3000:0            | DRAINING DRAINING COMPLETED
            there are none             | 1000:0                          | COMPLETED
            the last one ends too late | 29000:1 30000:1 31000:0         | DRAINING TIMED_OUT TIMED_OUT
            the last one ends in time  | 29999:1 30000:0                 | DRAINING COMPLETED
            given back half-way        | 1000:7 2000:UNDRAIN 3000:0      | DRAINING CANCELLED CANCELLED
            given back when done       | 1000:0 9000:UNDRAIN             | COMPLETED CANCELLED
            longer, after time was up  | 30000:2 31000:START 32000:1 61000:1 | TIMED_OUT DRAINING DRAINING TIMED_OUT
            out, back and out again    | 1000:0 2000:UNDRAIN 3000:START 4000:0 | COMPLETED CANCELLED DRAINING COMPLETED
            connections after the end  | 1000:0 2000:4                   | COMPLETED COMPLETED
            """)
    void a_drain_takes_its_course(String situation, String script, String trail) {
        List<String> seen = new ArrayList<>();
        Drain drain = Drain.start(new Event.Start(TIMEOUT, 10), 0);
        for (String line : script.split(" ")) {
            String[] sides = line.split(":");
            Event event = switch (sides[1]) {
                case "START" -> new Event.Start(TIMEOUT, 2);
                case "UNDRAIN" -> new Event.Undrain();
                default -> new Event.Counted(Long.parseLong(sides[1]));
            };
            drain = drain.on(event, Long.parseLong(sides[0])).state();
            seen.add(name(drain));
        }
        assertThat(seen).containsExactly(trail.split(" "));
    }

    @Test
    void only_what_was_given_back_gets_its_weight() {
        assertThat(Arrays.stream(new String[] {"DRAINING", "COMPLETED", "TIMED_OUT", "CANCELLED"})
                        .filter(name -> !state(name).withholdsWeight()))
                .containsExactly("CANCELLED");
    }

    @Test
    void the_end_has_a_time_and_what_goes_on_a_deadline() {
        assertThat(state("DRAINING").endedAt()).isEmpty();
        assertThat(state("DRAINING").nextChange()).hasValue(DEADLINE);
        for (String name : List.of("COMPLETED", "TIMED_OUT", "CANCELLED")) {
            assertThat(state(name).endedAt()).hasValue(9000);
            assertThat(state(name).nextChange()).isEmpty();
        }
    }

    @Test
    void counts_after_time_was_up_are_noted() {
        assertThat(state("TIMED_OUT").on(new Event.Counted(0), 40_000).state())
                .isEqualTo(new TimedOut(new Course(1000, TIMEOUT, 10, 0, Set.of()), 9000));
    }

    @Test
    void a_time_out_says_what_was_left() {
        assertThat(state("DRAINING").on(new Event.Counted(2), DEADLINE).why())
                .isEqualTo("2 connections were left after 30000 ms");
    }

    @Test
    void fewer_than_no_connections_are_refused() {
        assertThatThrownBy(() -> state("DRAINING").on(new Event.Counted(-1), IN_TIME))
                .hasMessage("connections cannot be -1");
    }

    private static Drain state(String name) {
        return switch (name) {
            case "DRAINING" -> new Draining(COURSE);
            case "COMPLETED" -> new Completed(COURSE, 9000);
            case "TIMED_OUT" -> new TimedOut(COURSE, 9000);
            default -> new Cancelled(COURSE, 9000);
        };
    }

    private static String name(Drain drain) {
        return switch (drain) {
            case Draining draining -> "DRAINING";
            case Completed completed -> "COMPLETED";
            case TimedOut timedOut -> "TIMED_OUT";
            case Cancelled cancelled -> "CANCELLED";
        };
    }
}
