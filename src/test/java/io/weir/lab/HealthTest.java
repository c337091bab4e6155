package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Servers that die, hang and answer nonsense, and the checks that find out. */
@LabTest
class HealthTest {

    private static final int INTERVAL_MS = 1000;
    private static final int TIMEOUT_MS = 500;
    private static final int THRESHOLD = 2;

    private static String settings(String more) {
        return ":recovery-step-sec 1 :health-check-enabled true :health-check-defaults {:interval-ms " + INTERVAL_MS
                + " :timeout-ms " + TIMEOUT_MS + " :unhealthy-threshold " + THRESHOLD + " :healthy-threshold 1 " + more
                + "}";
    }

    @Test
    void a_killed_server_gets_nothing_once_its_checks_have_failed_and_comes_back_in_steps() {
        try (ControlSite control = ControlSite.start(2, "", settings(""))) {
            Console console = control.console();
            Await.until(
                    "both are checked",
                    () -> console.get("health/web")
                            .path("targets")
                            .path(1)
                            .path("status")
                            .asText()
                            .equals("healthy"));

            control.site().server(2).close();
            long killed = System.nanoTime();
            long[] last = {killed};
            Await.until("the killed one has no weight", () -> {
                long asked = System.nanoTime();
                last[0] = control.ask(8).containsKey(ControlSite.NOBODY) ? asked : last[0];
                return console.weights().equals(List.of(100, 0));
            });
            assertThat(console.reason(2)).isEqualTo("unhealthy: connection refused");
            assertThat(control.ask(200)).isEqualTo(Map.of("web1", 200));

            Backend.start(control.site().serverHost(2), "web2", Site.SERVER_PORT);
            List<String> steps = new ArrayList<>();
            Await.until("it has recovered", () -> {
                String reason = console.reason(2);
                if (!steps.contains(reason)) {
                    steps.add(reason);
                }
                return reason.equals("as configured");
            });
            assertThat(steps)
                    .containsSubsequence("recovering 25 %", "recovering 50 %", "recovering 75 %", "as configured");
            assertThat(control.ask(100)).containsKeys("web1", "web2").doesNotContainKey(ControlSite.NOBODY);
            Proof.say(
                    "the last connection a killed server got began at most %d ms after its death; allowed are %d, on a"
                            + " machine with time to spare; it came back by %s",
                    (last[0] - killed) / 1_000_000, INTERVAL_MS * THRESHOLD + TIMEOUT_MS + 50, steps);
        }
    }

    @Test
    void when_all_have_failed_all_keep_their_weights_but_not_the_one_that_is_down_by_the_operators_word() {
        try (ControlSite control = ControlSite.start(2, "", settings(""))) {
            Console console = control.console();
            control.site().server(1).close();
            control.site().server(2).close();
            Await.until(
                    "both have failed",
                    () -> console.reason(1).startsWith("all targets failed")
                            && console.reason(2).startsWith("all targets failed"));
            assertThat(console.weights()).containsExactly(50, 50);

            console.post("drains", "{\"target\":\"" + control.site().serverV4(1) + "\"}");
            assertThat(console.weights()).containsExactly(0, 100);
        }
    }

    @Test
    void an_nginx_that_answers_500_hangs_or_is_killed_is_left_alone_until_it_answers_well() throws Exception {
        String checks = settings(":type :http :port " + Nginx.PORT + " :path \"/health\"");
        try (ControlSite control =
                ControlSite.start(2, "", checks.replace(":recovery-step-sec 1", ":recovery-step-sec 0"))) {
            Console console = control.console();
            Nginx.serve(control.site().serverHost(1));
            Program nginx = Nginx.serve(control.site().serverHost(2));
            isWell(control);

            Path sick = Nginx.sicken(control.site().serverHost(2));
            assertThat(control.askUntilWeightsAre(100, 0)).isZero();
            assertThat(console.reason(2)).contains("unhealthy: HTTP 500");
            assertThat(control.ask(50)).isEqualTo(Map.of("web1", 50));
            Files.delete(sick);
            isWell(control);

            Nginx.signal("STOP", nginx);
            control.askUntilWeightsAre(100, 0);
            assertThat(console.reason(2)).startsWith("unhealthy: connected, but no");
            Nginx.signal("CONT", nginx);
            isWell(control);

            Nginx.signal("KILL", nginx);
            control.askUntilWeightsAre(100, 0);
            assertThat(console.reason(2)).isEqualTo("unhealthy: connection refused");
            Proof.say("an nginx was left alone for HTTP 500, while it hung, and when it was killed");
        }
    }

    private static void isWell(ControlSite control) {
        control.askUntilWeightsAre(50, 50);
        Await.until("it is found well", () -> control.console().reason(2).equals("as configured"));
    }
}
