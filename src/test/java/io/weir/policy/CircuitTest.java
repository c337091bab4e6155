package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.CircuitBreaker;
import io.weir.policy.Circuit.Closed;
import io.weir.policy.Circuit.Event;
import io.weir.policy.Circuit.HalfOpen;
import io.weir.policy.Circuit.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitTest {

    /** 5 errors and half of the connections, of 10 at least, within a minute; 3 on trial after 30 seconds. */
    private static final CircuitBreaker BREAKER =
            new CircuitBreaker(true, 5, 0.5, 3, Duration.ofSeconds(30), 10, Duration.ofMinutes(1));

    private static final CircuitBreaker OFF =
            new CircuitBreaker(false, 5, 0.5, 3, Duration.ofSeconds(30), 10, Duration.ofMinutes(1));

    @Test
    void every_event_in_every_state() {
        new Matrix("""
                state      a second  30 s       5 errors  3 good     off     ForceOpen  ForceClose  Reset
                CLOSED     CLOSED    CLOSED     OPEN      CLOSED     CLOSED  HELD       refused     CLOSED
                OPEN       OPEN      HALF_OPEN  OPEN      OPEN       CLOSED  HELD       CLOSED      CLOSED
                HELD       HELD      HELD       HELD      HELD       HELD    refused    CLOSED      CLOSED
                HALF_OPEN  HALF_OPEN HALF_OPEN  OPEN      HALF_OPEN  CLOSED  HELD       CLOSED      CLOSED
                SETTLED    CLOSED    CLOSED     OPEN      CLOSED     CLOSED  HELD       CLOSED      CLOSED
                WAITED     OPEN      OPEN       OPEN      HALF_OPEN  CLOSED  HELD       CLOSED      CLOSED
                UNTRIED    CLOSED    CLOSED     OPEN      HALF_OPEN  CLOSED  HELD       CLOSED      CLOSED
                """.replace("HALF_OPEN HALF_OPEN", "HALF_OPEN  HALF_OPEN")).check((stateName, eventName) -> {
            Circuit before = state(stateName);
            Event event = switch (eventName) {
                case "5 errors" -> new Event.Counted(new Sample(5, 5, 5));
                case "3 good" -> new Event.Counted(new Sample(3, 3, 0));
                case "ForceOpen" -> new Event.ForceOpen();
                case "ForceClose" -> new Event.ForceClose();
                case "Reset" -> new Event.Reset();
                default -> new Event.Counted(Sample.NONE);
            };
            long now = eventName.equals("30 s") ? 30_000 : 1000;
            return Matrix.cell(
                    before.on(event, eventName.equals("off") ? OFF : BREAKER, now), before, CircuitTest::name);
        });
    }

    /**
     * Each step is a time in seconds and {@code started/concluded/errors}, or nothing, or what the operator does; then the
     * states it goes through.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nothing happens                        | 1: 2: 90:                            | C C C
            all is well                            | 1:100/100/0 2:100/100/0              | C C
            too few errors                         | 1:4/4/4 2:                           | C C
            too few of many                        | 1:100/100/49 2:                      | C C
            half of many                           | 1:100/100/50                         | O
            few connections: the number decides    | 1:9/9/5                              | O
            with enough of them the rate counts    | 1:11/11/5                            | C
            errors add up                          | 1:2/2/2 20:2/2/2 40:1/1/1            | C C O
            errors are forgotten after a minute    | 1:4/4/4 62:1/1/1                     | C C
            resets just after good handshakes      | 1:12/12/0 2:0/0/6                    | C O
            failed checks of a target without connections | 1:0/1/1 2:0/1/1 3:0/1/1 4:0/1/1 5:0/1/1 | C C C C O
            errors while it is open change nothing | 1:5/5/5 2:0/9/9 30: 31:              | O O O H
            passed                                 | 1:5/5/5 31: 32:3/3/0 33: 34:         | O H H H C
            passed one by one                      | 1:5/5/5 31: 32:1/1/0 33:1/1/0 34:1/1/0 36: | O H H H H C
            one of three fails                     | 1:5/5/5 31: 32:3/1/0 33:0/1/1        | O H H O
            one is reset early                     | 1:5/5/5 31: 32:3/3/0 33:0/0/1        | O H H O
            answers nothing                        | 1:5/5/5 31: 32:3/0/0 61: 62:0/3/3 92: | O H H H O H
            a late answer from before it opened    | 1:5/5/5 31: 32:0/2/2                 | O H O
            no outcomes at all                     | 1:5/5/5 31: 32:3/0/0 91: 92:         | O H H H O
            nobody comes                           | 1:5/5/5 31: 66: 67:                  | O H H C
            one comes and goes well                | 1:5/5/5 31: 40:1/1/0 66: 67:         | O H H H C
            one comes and hangs                    | 1:5/5/5 31: 40:1/0/0 67: 97:         | O H H H H
            opened and closed by the operator      | 1:OPEN 60: 61:CLOSE 62:              | O O C C
            counts begin anew after a close        | 1:5/5/5 2:CLOSE 3:4/4/4 4:1/1/1      | O C C O
            counts begin anew after a reset        | 1:4/4/4 2:RESET 3:4/4/4              | C C C
            kept open by the operator              | 1:5/5/5 2:OPEN 60:                   | O O O
            """)
    void a_circuit_opens_and_closes(String situation, String script, String trail) {
        List<String> seen = new ArrayList<>();
        Circuit circuit = Circuit.CLOSED;
        for (String step : script.split(" ")) {
            String[] sides = step.split(":", 2);
            circuit = circuit.on(event(sides[1]), BREAKER, Long.parseLong(sides[0]) * 1000)
                    .state();
            seen.add(name(circuit).equals("HELD") ? "O" : name(circuit).substring(0, 1));
        }
        assertThat(seen).containsExactly(trail.split(" "));
    }

    @Test
    void a_cut_off_target_says_what_cut_it_off() {
        Transition<Circuit> opened = Circuit.CLOSED.on(new Event.Counted(new Sample(7, 7, 5)), BREAKER, 1000);

        assertThat(opened.why()).isEqualTo("5 errors in 7 connections within 60000 ms");
        Candidate candidate = opened.state().applied(Candidate.of(50), BREAKER, 2000);
        assertThat(candidate.exclusions().getFirst().text())
                .isEqualTo("circuit open: 5 errors in 7 connections within 60000 ms");
        assertThat(Circuit.CLOSED.applied(Candidate.of(50), BREAKER, 2000)).isEqualTo(Candidate.of(50));
    }

    /** The target had so many connections in the window; its share on trial, in percent, so many seconds later. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            it had 60                 | 60      | 0  | 5
            it had 60, a step later   | 60      | 3  | 10
            it had 60, steps later    | 60      | 11 | 40
            it had 60, in the end     | 60      | 15 | 100
            it had very many          | 1000000 | 0  | 1
            many, in the end          | 1000000 | 21 | 100
            it had hardly any         | 5       | 0  | 25
            nobody ever counted       | 0       | 0  | 25
            """)
    void the_trial_begins_small_and_doubles(String situation, long usual, long seconds, long percent) {
        Circuit halfOpen = new HalfOpen(Trial.start(usual, 3, 5000), usual);

        double share = halfOpen.applied(Candidate.of(50), BREAKER, 5000 + seconds * 1000)
                .halfOpenShare()
                .orElseThrow();

        assertThat(Math.round(share * 100)).isEqualTo(percent);
    }

    @Test
    void enough_connections_on_trial_let_no_more_through() {
        Circuit filled = new HalfOpen(Trial.start(60, 3, 5000), 60)
                .on(new Event.Counted(new Sample(3, 1, 0)), BREAKER, 6000)
                .state();

        assertThat(filled.applied(Candidate.of(50), BREAKER, 7000).halfOpenShare())
                .hasValue(0);
    }

    private static Event event(String text) {
        return switch (text) {
            case "" -> new Event.Counted(Sample.NONE);
            case "OPEN" -> new Event.ForceOpen();
            case "CLOSE" -> new Event.ForceClose();
            case "RESET" -> new Event.Reset();
            default -> {
                String[] numbers = text.split("/");
                yield new Event.Counted(
                        new Sample(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2])));
            }
        };
    }

    /** As it is at 0; the trials of the last three began long before. */
    private static Circuit state(String name) {
        long longAgo = -100_000;
        Circuit fresh = new HalfOpen(Trial.start(60, 3, 0), 60);
        Circuit old = new HalfOpen(Trial.start(60, 3, longAgo), 60);
        return switch (name) {
            case "CLOSED" -> Circuit.CLOSED;
            case "OPEN" -> new Open(0, false, 60, "5 errors");
            case "HELD" -> new Open(0, true, 60, "opened by the operator");
            case "HALF_OPEN" -> fresh;
            case "SETTLED" ->
                old.on(new Event.Counted(new Sample(3, 3, 0)), BREAKER, longAgo).state();
            case "WAITED" ->
                old.on(new Event.Counted(new Sample(3, 0, 0)), BREAKER, longAgo).state();
            default -> old;
        };
    }

    private static String name(Circuit circuit) {
        return switch (circuit) {
            case Closed closed -> "CLOSED";
            case Open open -> open.held() ? "HELD" : "OPEN";
            case HalfOpen halfOpen -> "HALF_OPEN";
        };
    }
}
