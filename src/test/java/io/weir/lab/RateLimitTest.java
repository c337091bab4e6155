package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.time.Duration;
import java.util.List;
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
                long begun = System.nanoTime();
                control.console().post("rate-limits/" + whose, "{\"requests-per-sec\":1,\"burst\":" + BURST + "}");

                int answered = requireLimited(control, begun);

                assertThat(answered).isGreaterThanOrEqualTo(BURST);
                String reason = whose.equals("source") ? "source_limited" : "target_limited";
                for (int i = 0; i < BURST; i++) {
                    assertThat(established.ask()).isEqualTo("web1");
                }
                assertThat(control.weir().verdict(reason)).isGreaterThanOrEqualTo(COMING - answered);

                control.console().delete("rate-limits");
                assertThat(control.ask(COMING)).isEqualTo(Map.of("web1", COMING));
                Proof.say("of %d clients a limit for each %s let %d through", COMING, whose, answered);
            }
        }
    }

    @Test
    void a_reload_sets_and_lifts_a_limit_and_one_with_a_wrong_limit_changes_nothing() throws Exception {
        try (ControlSite control = ControlSite.start(1, "", "")) {
            String limit = ":rate-limits {:per-source {:requests-per-sec 1 :burst %d}}";
            long begun = System.nanoTime();
            write(control, limit.formatted(BURST));
            control.console().post("reload", "");
            assertThat(requireLimited(control, begun)).isGreaterThanOrEqualTo(BURST);

            write(control, limit.formatted(0));
            Program.End refused = control.weir()
                    .start(
                            List.of(),
                            "reload",
                            "--pin-path",
                            control.weir().pins().toString())
                    .end();
            assertThat(refused.status()).as(refused.toString()).isEqualTo(2);
            assertThat(refused.errors()).singleElement().asString().contains("settings.rate-limits.per-source.burst: ");
            requireLimited(control, begun);

            write(control, "");
            control.console().post("reload", "");
            assertThat(control.ask(COMING)).isEqualTo(Map.of("web1", COMING));
        }
    }

    private static void write(ControlSite control, String settings) {
        control.weir().write(control.config(control.targets(100), "", settings));
    }

    /**
     * Many clients come, and no more are answered than the limit allows.
     *
     * @param begun when the limit was set, or before
     * @return how many
     */
    private static int requireLimited(ControlSite control, long begun) {
        Map<String, Integer> answers = control.ask(COMING);
        int answered = answers.getOrDefault("web1", 0);
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
        assertThat(answered + answers.getOrDefault(ControlSite.NOBODY, 0)).isEqualTo(COMING);
        assertThat(answered).isLessThanOrEqualTo(Math.toIntExact(BURST + seconds));
        return answered;
    }
}
