package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits of new connections, with real ones. */
@LabTest
class RateLimitTest {

    private static final int BURST = 5;
    private static final int COMING = 40;

    @Test
    void a_tight_limit_lets_through_what_it_says_counts_the_rest_and_touches_no_established_connection()
            throws Exception {
        try (ControlSite control = ControlSite.start(1, "", "");
                Conversation established = control.open()) {
            assertThat(established.ask()).isEqualTo("web1");
            for (String whose : new String[] {"source", "backend"}) {
                String reason = whose.equals("source") ? "source_limited" : "target_limited";
                long begun = System.nanoTime();
                control.console().post("rate-limits/" + whose, "{\"requests-per-sec\":1,\"burst\":" + BURST + "}");

                Map<String, Integer> answers = control.ask(COMING);

                int answered = answers.getOrDefault("web1", 0);
                int refused = answers.getOrDefault(ControlSite.NOBODY, 0);
                long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
                for (int i = 0; i < BURST; i++) {
                    assertThat(established.ask()).isEqualTo("web1");
                }
                assertThat(answered + refused).isEqualTo(COMING);
                assertThat(answered).isBetween(BURST, Math.toIntExact(BURST + seconds));
                assertThat(control.weir().verdict(reason)).isGreaterThanOrEqualTo(refused);

                control.console().delete("rate-limits");
                assertThat(control.ask(COMING)).isEqualTo(Map.of("web1", COMING));
                Proof.say("of %d clients a limit for each %s let %d through", COMING, whose, answered);
            }
        }
    }
}
