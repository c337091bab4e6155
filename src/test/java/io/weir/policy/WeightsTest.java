package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.policy.Weights.Effective;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {

    /** A candidate is its weight and the letters of what bears on it, see {@link #candidate}. */
    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            nothing bears on anybody               | 50 30 20          | 50 30 20
            the middle one is unhealthy            | 50 30-u 20        | 71 0 29
            the middle one is drained              | 50 30-d 20        | 71 0 29
            the first one has no address           | 50-n 30 20        | 0 60 40
            a tie goes to the earlier              | 50 30 20-u        | 63 37 0
            only one is left                       | 50-u 30-u 20      | 0 0 100
            rounding down and up                   | 34 33 33-u        | 51 49 0
            far apart and large                    | 65535 1 65535-u   | 131069 2 0
            the rest of a rounding goes to the first | 1 1 1 1 1 1 1 1 1-u | 2 1 1 1 1 1 1 1 0
            a single target                        | 100               | 100
            a single target, unhealthy             | 100-u             | 100
            a single target, cut off               | 100-c             | 100
            a single target, on trial              | 100-h10           | 100
            a single target, recovering            | 100-r25           | 100
            a single target, drained: it wins      | 100-d             | 0
            a single target, drained and unhealthy | 100-du            | 0
            a single target without interface      | 100-i             | 0
            all unhealthy                          | 50-u 30-u 20-u    | 50 30 20
            all failed in different ways           | 50-u 30-c 20-h10  | 50 30 20
            all failed, the first is drained too   | 50-du 30-u 20-u   | 0 60 40
            all failed, the first is down          | 50-a 30-u 20-c    | 0 60 40
            all drained                            | 50-d 30-d 20-d    | 0 0 0
            all firmly out                         | 50-d 30-a 20-i    | 0 0 0
            all failed while one recovered before  | 50-ur25 30-u 20-u | 50 30 20
            one recovers, at 25 %                  | 50 30-r25 20      | 64 10 26
            one recovers, at 75 %                  | 50 30-r75 20      | 54 24 22
            both recover, at the same step         | 50-r50 50-r50     | 50 50
            one recovers, the other is unhealthy   | 50-r25 50-u       | 100 0
            one on trial, with a tenth             | 50 50-h10         | 91 9
            one on trial, with nothing more        | 50 50-h0          | 100 0
            one on trial, the other cut off        | 50-h10 50-c       | 50 50
            one on trial, the other recovers       | 50-h10 50-r50     | 17 83
            on trial and recovering                | 50-h50r50 50      | 20 80
            one with twice the factor              | 50-f2 50          | 67 33
            factors on top of weights              | 60-f0.5 40-f2     | 27 73
            a name with two addresses              | 50 50-s2 50-s2    | 50 25 25
            a name with three addresses            | 50 50-s3 50-s3 50-s3 | 50 17 17 16
            one address of a name is unhealthy     | 50 50-s2 50-s2u   | 67 33 0
            """)
    void the_standing_share_what_the_others_leave(String situation, String candidates, String expected) {
        assertThat(Weights.effective(candidates(candidates)))
                .extracting(Effective::weight)
                .containsExactlyElementsOf(
                        Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            50 50            | as configured; as configured
            50 50-d          | took over from drained targets; drained
            50 50-a          | took over from disabled targets; administratively down
            50 50-n          | took over from unresolved targets; unresolved
            50 50-i          | took over from unreachable targets; no interface
            50 50-c          | took over from cut off targets; circuit open
            50 50-u          | took over from unhealthy targets; unhealthy: connection refused
            50 50-h5         | took over from half-open targets; circuit half-open: 5 %
            50 50-h0         | took over from half-open targets; circuit half-open: trial connections under way
            50 50-h0.1       | took over from half-open targets; circuit half-open: 1 %
            50 50-r50        | took over from recovering targets; recovering 50 %
            40 30-u 30-d     | took over from drained and unhealthy targets; unhealthy: connection refused; drained
            30 30-u 20-d 20-c | took over from drained, cut off and unhealthy targets; unhealthy: connection refused; drained; circuit open
            50 50-uca        | took over from disabled targets; administratively down
            50 50-h5r25      | took over from half-open targets; circuit half-open: 5 %
            50-f2 50         | least connections; least connections
            50-f2 50-r25     | least connections; recovering 25 %
            50-f2 50-u       | least connections; unhealthy: connection refused
            50-u 50-c        | all targets failed: original weights (unhealthy); all targets failed: original weights (circuit open)
            50-h5 50-d       | all targets failed: original weights (circuit half-open); drained
            100-d            | drained; no target is left
            50-d 50-n        | drained; no target is left; unresolved; no target is left
            """)
    void every_weight_says_its_reason(String candidates, String expected) {
        assertThat(String.join(
                        "; ",
                        Weights.effective(candidates(candidates)).stream()
                                .map(effective -> effective.reason().text())
                                .toList()))
                .isEqualTo(expected);
    }

    @Test
    void shares_that_percents_cannot_say_stand_in_the_parts() {
        assertThat(Weights.effective(candidates("99 1-h1")))
                .satisfiesExactly(large -> assertThat(large.weight()).isEqualTo(100), trial -> {
                    assertThat(trial.weight()).isZero();
                    assertThat(trial.parts()).isEqualTo(Math.round((1 << 30) * (0.01 / 99.01)));
                });
    }

    @Test
    void what_nothing_lowers_keeps_its_configured_number_in_the_parts() {
        assertThat(Weights.effective(candidates("50 30-u 20")))
                .extracting(Effective::parts)
                .containsExactly(50, 0, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "50-r0", "50-r101", "50-h101", "50-f0", "50-s0"})
    void a_number_that_makes_no_sense_is_refused(String candidate) {
        assertThatThrownBy(() -> candidate(candidate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not");
    }

    @Test
    void what_only_lowers_a_weight_is_no_exclusion() {
        assertThatThrownBy(() -> new Exclusion(Cause.RECOVERING, ""))
                .hasMessage("'recovering' lowers a weight, it excludes nobody");
    }

    private static List<Candidate> candidates(String text) {
        return Arrays.stream(text.split(" ")).map(WeightsTest::candidate).toList();
    }

    /**
     * {@code d}rained, {@code a}dministratively down, {@code n}o address, no {@code i}nterface, {@code c}ut off,
     * {@code u}nhealthy, {@code h}alf-open with percent, {@code r}ecovering with percent, least-connections {@code f}actor,
     * name with {@code s}o many addresses.
     */
    private static Candidate candidate(String text) {
        String[] parts = text.split("-", 2);
        Candidate candidate = Candidate.of(Integer.parseInt(parts[0]));
        for (String mark : parts.length == 1 ? new String[0] : parts[1].split("(?=[a-z])")) {
            String number = mark.substring(1);
            candidate = switch (mark.charAt(0)) {
                case 'd' -> candidate.excluded(Exclusion.DRAINED);
                case 'a' -> candidate.excluded(Exclusion.ADMINISTRATIVELY_DOWN);
                case 'n' -> candidate.excluded(Exclusion.UNRESOLVED);
                case 'i' -> candidate.excluded(Exclusion.NO_INTERFACE);
                case 'c' -> candidate.excluded(Exclusion.CIRCUIT_OPEN);
                case 'u' -> candidate.excluded(Exclusion.unhealthy("connection refused"));
                case 'h' -> candidate.halfOpen(Double.parseDouble(number) / 100);
                case 'r' -> candidate.recovering(Integer.parseInt(number));
                case 'f' -> candidate.leastConnections(Double.parseDouble(number));
                case 's' -> candidate.sharedAmong(Integer.parseInt(number));
                default -> throw new IllegalArgumentException("no such mark: " + mark);
            };
        }
        return candidate;
    }
}
