package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Servers that die, hang and answer nonsense, and the checks that find out. */
@LabTest
class HealthTest {

    private static final int INTERVAL_MS = 1000;
    private static final int TIMEOUT_MS = 500;
    private static final int THRESHOLD = 2;
    private static final int HTTP_PORT = 8082;

    private static String settings(String more) {
        return ":recovery-step-sec 2 :health-check-enabled true :health-check-defaults {:interval-ms " + INTERVAL_MS
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
            long last = killed;
            while (!console.weights().equals(List.of(100, 0))) {
                long asked = System.nanoTime();
                last = control.ask(8).containsKey(ControlSite.NOBODY) ? asked : last;
            }
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
                    (last - killed) / 1_000_000, INTERVAL_MS * THRESHOLD + TIMEOUT_MS + 50, steps);
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
    void a_server_that_answers_500_or_not_at_all_is_left_alone_until_it_answers_well() throws Exception {
        try (ControlSite control = ControlSite.start(2, "", settings(":type :http :port " + HTTP_PORT))) {
            Console console = control.console();
            try (Page well = Page.on(control.site().serverHost(1));
                    Page page = Page.on(control.site().serverHost(2))) {
                well.answer(200);
                page.answer(200);
                Await.until(
                        "both serve",
                        () -> console.weights().equals(List.of(50, 50))
                                && console.reason(2).equals("as configured"));

                page.answer(500);
                assertThat(control.askUntilWeightsAre(100, 0)).isZero();
                assertThat(console.reason(2)).contains("unhealthy: HTTP 500");
                assertThat(control.ask(50)).isEqualTo(Map.of("web1", 50));

                page.answer(200);
                control.askUntilWeightsAre(50, 50);
                page.answer(0);
                control.askUntilWeightsAre(100, 0);
                assertThat(console.reason(2)).startsWith("unhealthy: connected, but no");
                Proof.say("left alone for HTTP 500 and for %s", console.reason(2));
            }
        }
    }

    /** What a server says of itself, on a port of its own. */
    private static final class Page implements AutoCloseable {

        private final HttpServer server;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile int status = 200;

        private Page(HttpServer server) {
            this.server = server;
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/health", this::answer);
            server.start();
        }

        static Page on(Host host) {
            return new Page(host.in(() -> HttpServer.create(new InetSocketAddress(HTTP_PORT), 64)));
        }

        /** @param code 0: takes the request and says nothing */
        void answer(int code) {
            status = code;
        }

        private void answer(HttpExchange exchange) throws IOException {
            int code = status;
            if (code == 0) {
                try {
                    closed.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            } else {
                exchange.sendResponseHeaders(code, -1);
            }
            exchange.close();
        }

        @Override
        public void close() {
            closed.countDown();
            server.stop(0);
        }
    }
}
