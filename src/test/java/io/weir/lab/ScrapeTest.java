package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.config.ConfigText;
import io.weir.lab.Site.Frames;
import io.weir.metrics.Exposition;
import io.weir.model.Desired;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus would read of a node that carries traffic. */
@LabTest
class ScrapeTest {

    private static final int CONNECTIONS = 300;
    private static final int SCRAPES = 3;

    private Site site;
    private Weir weir;

    @BeforeEach
    void lay() {
        site = Site.twoArm(2, Frames.OFFLOADED);
        weir = new Weir(site.balancer(), "weir");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private String config(int... weights) {
        Settings settings = Settings.DEFAULT.withPinPath(weir.pins());
        String text = ConfigText.of(new Desired(site.desired(settings, weights).proxies(), settings));
        String off = ":metrics {:enabled false";
        assertThat(text).contains(off);
        return text.replace(off, ":metrics {:enabled true");
    }

    private Program run(int... weights) {
        Program node = weir.begin(config(weights));
        node.await(line -> line.contains(" ready: "));
        return node;
    }

    private Exposition scrape() {
        return Exposition.parse(site.balancer().run("curl -sSf http://127.0.0.1:9090/metrics"));
    }

    /** Clients who come until there were so many scrapes; how many each server answered. */
    private SortedMap<String, Integer> connect(AtomicInteger scrapes) {
        SortedMap<String, Integer> all = new TreeMap<>();
        do {
            Crowd.ask(CONNECTIONS, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT))
                    .forEach((server, answers) -> all.merge(server, answers, Integer::sum));
        } while (scrapes.get() < SCRAPES);
        return all;
    }

    /** Scrapes while they come; none may show less than the one before. */
    private void watch(CompletableFuture<?> traffic, AtomicInteger scrapes) {
        try {
            Exposition before = scrape();
            while (!traffic.isDone()) {
                Exposition now = scrape();
                for (String counter : List.of("lb_new_connections_total", "lb_bytes_total", "lb_packets_total")) {
                    assertThat(now.sum(counter)).isGreaterThanOrEqualTo(before.sum(counter));
                }
                before = now;
                scrapes.incrementAndGet();
            }
        } finally {
            scrapes.addAndGet(SCRAPES); // or they would come for ever
        }
    }

    private double opened(Exposition text, int server) {
        return text.value("lb_new_connections_total", of("web", server));
    }

    private String[] of(String proxy, int server) {
        String ip = site.serverV4(server).scopedAddress();
        return new String[] {"proxy_name", proxy, "target_ip", ip, "target_port", "8080"};
    }

    private String[] directed(int server, String direction) {
        String ip = site.serverV4(server).scopedAddress();
        return new String[] {"target_ip", ip, "target_port", "8080", "direction", direction};
    }

    @Test
    void counters_are_what_clients_did_also_while_they_do_it_and_after_a_restart() {
        Program node = run(50, 50);
        AtomicInteger scrapes = new AtomicInteger();
        CompletableFuture<SortedMap<String, Integer>> traffic = CompletableFuture.supplyAsync(() -> connect(scrapes));
        watch(traffic, scrapes);
        SortedMap<String, Integer> answers = traffic.join();

        Exposition after = scrape();
        Proof.say("%d scrapes while servers answered %s", scrapes.get() - SCRAPES, answers);
        for (int server = 1; server <= 2; server++) {
            assertThat(opened(after, server)).isEqualTo((double) answers.getOrDefault(Site.name(server), 0));
            // SYN, ACK, request, FIN or RST at least, and an answer with the server's name.
            assertThat(after.value("lb_packets_total", directed(server, "forward")))
                    .isGreaterThanOrEqualTo(4 * opened(after, server));
            assertThat(after.value("lb_bytes_total", directed(server, "reverse")))
                    .isGreaterThan(40 * opened(after, server));
            assertThat(after.value("lb_backend_health", of("web", server))).isEqualTo(1);
        }
        assertThat(after.value("lb_xdp_mode", "interface", "front", "mode", weir.attachedAs("front")))
                .isEqualTo(1);
        assertThat(after.value("lb_table_capacity", "table", "flows")).isEqualTo(200_000);

        node.stop();
        run(50, 50);
        Exposition restarted = scrape();
        assertThat(opened(restarted, 1)).isEqualTo(opened(after, 1));
        assertThat(opened(restarted, 2)).isEqualTo(opened(after, 2));
        assertThat(restarted.sum("lb_bytes_total")).isGreaterThanOrEqualTo(after.sum("lb_bytes_total"));
    }

    @Test
    void a_port_that_is_taken_is_an_error_of_one_line_and_nothing_stays_behind() {
        Program other = site.balancer().start("nc", "-l", "127.0.0.1", "9090");
        Await.until(
                "the port is taken",
                () -> site.balancer().run("ss -Hltn sport = :9090").contains("9090"));

        Program node = weir.begin(config(50, 50));

        Program.End end = node.end();
        assertThat(end.status()).isEqualTo(1);
        assertThat(end.errors())
                .contains(
                        "weir: the metrics cannot be listened for on 127.0.0.1:9090: Address already in use; set another"
                                + " :port or :bind under :metrics");
        assertThat(weir.pins()).doesNotExist();
        other.kill();
    }
}
