package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.testing.Browser;
import io.weir.testing.BrowserTest;
import io.weir.testing.Chromedriver;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The page of a real node, with real traffic, opened on the node's own host. */
@LabTest
@BrowserTest
class DashboardLabTest {

    private static final String HEALTH = ":recovery-step-sec 1 :drain-check-interval-ms 100 :health-check-enabled true"
            + " :health-check-defaults {:interval-ms 1000 :timeout-ms 500 :unhealthy-threshold 1 :healthy-threshold 1}";

    private record On(Host host) implements Chromedriver.Place {
        @Override
        public List<String> words(List<String> program) {
            return host.words(program);
        }

        @Override
        public <T> T in(Callable<T> work) {
            return host.in(work);
        }
    }

    @Test
    void a_node_under_traffic_shows_its_rates_a_drain_that_waits_for_a_connection_and_a_server_that_dies()
            throws IOException {
        try (ControlSite control = ControlSite.start(2, "", HEALTH);
                Browser browser = Browser.open(new On(control.site().balancer()));
                Crowding _ = new Crowding(control)) {
            browser.look(1440, 900, false);
            browser.go("http://127.0.0.1:8081/");
            browser.await(
                    "connections come in", "/[1-9].* \\/s/.test(document.querySelector('.tile .value')?.innerText)");

            drainOneThatHasAConnection(control, browser);
            browser.await("the drain is complete", "document.querySelector('#drains').innerText.includes('drained')");
            browser.click("#drain-list button");
            browser.click("#confirm-yes");
            browser.await("no drain is left", "!document.querySelector('#drains').checkVisibility()");

            control.site().server(2).close();
            browser.await("its death is told", "document.querySelector('#problems').innerText.includes('refused')");
            assertThat(browser.text("#target-table"))
                    .contains("unhealthy: connection refused", "took over from unhealthy");
            assertThat(browser.text("#event-list")).contains("drain draining", "drain completed", "health unhealthy");
            assertThat(browser.text("#path-facts")).contains("front", "Flow table");
            browser.keep("lab");
            assertThat(browser.complaints()).isEmpty();
            Proof.say(
                    "the page of a node under traffic: %s",
                    browser.text("#tiles").replace('\n', ' '));
        }
    }

    private static void drainOneThatHasAConnection(ControlSite control, Browser browser) throws IOException {
        try (Conversation conversation = control.open()) {
            Endpoint target = control.site().serverV4(conversation.ask().equals("web1") ? 1 : 2);
            browser.run(
                    "[...document.querySelectorAll('#target-table tbody tr')]"
                            + ".find(row => row.innerText.includes(arguments[0])).querySelector('button').click()",
                    target.toString());
            browser.click("#confirm-yes");
            browser.await(
                    "it waits for the one connection",
                    "document.querySelector('#drains').innerText.startsWith('Drains')"
                            + " && document.querySelector('#drain-list').innerText.includes('1 connection left')");
            browser.keep("lab-drain");
            assertThat(conversation.ask()).startsWith("web");
        }
    }

    /** Clients that keep coming. */
    private static final class Crowding implements AutoCloseable {

        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

        private final Thread clients;
        private volatile boolean ended;

        Crowding(ControlSite control) {
            clients = Thread.ofPlatform().start(() -> {
                while (!ended) {
                    control.ask(8);
                    LockSupport.parkNanos(PAUSE_NANOS); // the page is to be seen, not the machine's limit
                }
            });
        }

        @Override
        public void close() {
            ended = true;
            try {
                clients.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
