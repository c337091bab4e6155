package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that connections fail at are cut off by what the data path sees, without any check. */
@LabTest
class CircuitTest {

    /** How a server fails. */
    private enum Failure {
        /** Nothing listens: a RST answers the SYN. */
        REFUSES {
            @Override
            AutoCloseable begin(Site site) {
                site.server(2).close();
                return () -> Backend.start(site.serverHost(2), "web2", Site.SERVER_PORT);
            }
        },
        /** The port is open, and whoever comes is reset. */
        RESETS {
            @Override
            AutoCloseable begin(Site site) {
                site.server(2).resets(true);
                return () -> site.server(2).resets(false);
            }
        },
        /** Packets to the port vanish. */
        SWALLOWS {
            @Override
            AutoCloseable begin(Site site) {
                site.serverHost(2)
                        .run("nft 'add table inet hole; add chain inet hole in { type filter hook input priority 0; };"
                                + " add rule inet hole in tcp dport " + Site.SERVER_PORT + " drop'");
                return () -> site.serverHost(2).run("nft delete table inet hole");
            }
        };

        /** @return what mends it */
        abstract AutoCloseable begin(Site site);
    }

    private static String breaker(int resetMs) {
        return ":circuit-breaker {:enabled true :window-size-ms 10000 :reset-timeout-ms " + resetMs + "}";
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_fails_is_cut_off(Failure failure) throws Exception {
        try (ControlSite control = ControlSite.start(2, breaker(600_000), ":syn-timeout-sec 1")) {
            Console console = control.console();
            failure.begin(control.site());

            int unanswered = control.askUntilWeightsAre(100, 0);

            assertThat(console.reason(2)).startsWith("circuit open");
            assertThat(control.ask(200)).isEqualTo(Map.of("web1", 200));
            Proof.say(
                    "a server that %s was cut off after %d connections without an answer: %s",
                    failure.name().toLowerCase(java.util.Locale.ROOT), unanswered, console.reason(2));
        }
    }

    @Test
    void a_server_that_is_mended_is_tried_by_a_trickle_and_comes_back() throws Exception {
        try (ControlSite control = ControlSite.start(2, breaker(1000), ":recovery-step-sec 0")) {
            AutoCloseable mending = Failure.RESETS.begin(control.site());
            control.askUntilWeightsAre(100, 0);
            mending.close();

            control.askUntilWeightsAre(50, 50);

            assertThat(control.console().get("circuits").path(1).path("state").asText())
                    .isEqualTo("closed");
            assertThat(control.ask(100)).containsKeys("web1", "web2").doesNotContainKey(ControlSite.NOBODY);
        }
    }
}
