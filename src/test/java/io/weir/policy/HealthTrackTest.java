package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.HealthCheck;
import io.weir.policy.HealthTrack.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTrackTest {

    private static final HealthCheck CHECK = check(HealthCheck.Type.TCP, 2, 3);

    /** All pairs of a status and a result, one short of the threshold (2 successes, 3 failures) and at it. */
    @ParameterizedTest(name = "{0} after {1} successes or {2} failures in a row, and one {3}")
    @CsvSource(delimiter = '|', textBlock = """
            UNKNOWN   | 0 | 0 | success | UNKNOWN   | 1 | 0
            UNKNOWN   | 1 | 0 | success | HEALTHY   | 2 | 0
            UNKNOWN   | 0 | 1 | failure | UNKNOWN   | 0 | 2
            UNKNOWN   | 0 | 2 | failure | UNHEALTHY | 0 | 3
            UNKNOWN   | 1 | 0 | failure | UNKNOWN   | 0 | 1
            UNKNOWN   | 0 | 2 | success | UNKNOWN   | 1 | 0
            HEALTHY   | 1 | 0 | success | HEALTHY   | 2 | 0
            HEALTHY   | 9 | 0 | success | HEALTHY   | 10 | 0
            HEALTHY   | 0 | 1 | failure | HEALTHY   | 0 | 2
            HEALTHY   | 0 | 2 | failure | UNHEALTHY | 0 | 3
            HEALTHY   | 0 | 2 | success | HEALTHY   | 1 | 0
            UNHEALTHY | 0 | 3 | success | UNHEALTHY | 1 | 0
            UNHEALTHY | 1 | 0 | success | HEALTHY   | 2 | 0
            UNHEALTHY | 1 | 0 | failure | UNHEALTHY | 0 | 1
            UNHEALTHY | 0 | 9 | failure | UNHEALTHY | 0 | 10
            """)
    void every_result_in_every_status(
            Status status, int successes, int failures, String result, Status next, int good, int bad) {
        HealthTrack track = new HealthTrack(CHECK, status, successes, failures, OptionalLong.of(7));

        HealthTrack after = track.after(result.equals("success"), 100);

        assertThat(after).isEqualTo(new HealthTrack(CHECK, next, good, bad, OptionalLong.of(next == status ? 7 : 100)));
    }

    /** {@code +} and {@code -} are checks, the letters what status they lead to (? unknown, H, U). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a start in good health     | ++++       | ?HHH
            a start in bad health      | ----       | ??UU
            a start in doubt           | +-+-+-     | ??????
            one failure now and then   | ++-+--+--+ | ?HHHHHHHHH
            down and back              | ++---++    | ?HHHUUH
            not back at once           | ---+-+-++  | ??UUUUUUH
            """)
    void a_row_of_results_leads_to_a_status(String situation, String results, String trail) {
        StringBuilder seen = new StringBuilder();
        HealthTrack track = HealthTrack.of(CHECK);
        for (int i = 0; i < results.length(); i++) {
            track = track.after(results.charAt(i) == '+', i);
            seen.append(
                    track.status() == Status.UNKNOWN
                            ? '?'
                            : track.status().name().charAt(0));
        }
        assertThat(seen).hasToString(trail);
    }

    @Test
    void only_an_unhealthy_target_may_not_serve() {
        assertThat(List.of(Status.values()).stream()
                        .filter(status -> !new HealthTrack(CHECK, status, 0, 0, OptionalLong.empty()).mayServe())
                        .collect(Collectors.toList()))
                .containsExactly(Status.UNHEALTHY);
    }

    @Test
    void a_target_that_is_not_checked_is_healthy_for_good() {
        HealthTrack track = HealthTrack.of(check(HealthCheck.Type.NONE, 1, 1));

        assertThat(track.status()).isEqualTo(Status.HEALTHY);
        assertThat(track.after(false, 1)).isEqualTo(track);
    }

    @Test
    void other_thresholds_keep_what_is_known() {
        HealthTrack down = HealthTrack.of(CHECK).after(false, 1).after(false, 2).after(false, 3);

        HealthTrack patient = down.under(check(HealthCheck.Type.HTTP, 5, 5));

        assertThat(patient.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(patient.since()).hasValue(3);
        assertThat(patient.after(true, 4).after(true, 5).status()).isEqualTo(Status.UNHEALTHY);
    }

    @Test
    void a_target_that_is_no_longer_checked_is_healthy() {
        HealthTrack down = HealthTrack.of(CHECK).after(false, 1).after(false, 2).after(false, 3);

        assertThat(down.under(check(HealthCheck.Type.NONE, 2, 3)).mayServe()).isTrue();
    }

    private static HealthCheck check(HealthCheck.Type type, int healthyThreshold, int unhealthyThreshold) {
        return new HealthCheck(
                type,
                "/health",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                healthyThreshold,
                unhealthyThreshold,
                List.of(200),
                Optional.empty(),
                Optional.empty(),
                false);
    }
}
