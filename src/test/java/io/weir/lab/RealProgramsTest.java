package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.lab.Site.Frames;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that know nothing of a load balancer, as Debian has them; nginx, curl and socat are in other labs. */
@LabTest
class RealProgramsTest {

    private static final int IPERF_PORT = 5201;
    private static final int NC_PORT = 5202;
    private static final int BYTES = 16 << 20;

    private static Site site;

    @BeforeAll
    static void run() {
        site = Site.twoArm(1, Frames.OFFLOADED);
        Host server = site.serverHost(1);
        server.start("iperf3", "-s", "-p", String.valueOf(IPERF_PORT));
        new Weir(site.balancer(), "weir")
                .run(site.withPort(site.withPort(site.desired(Settings.DEFAULT, 100), IPERF_PORT), NC_PORT));
        Await.until(
                "iperf3 listens",
                () -> server.run("ss -Hltn sport = :" + IPERF_PORT).contains("LISTEN"));
    }

    @AfterAll
    static void close() {
        site.close();
    }

    /** Its control connection, its data connections and its datagrams are flows of their own. */
    @ParameterizedTest
    @ValueSource(strings = {Site.VIP_V4, Site.VIP_V6})
    void iperf3_moves_its_bytes_both_ways_and_its_datagrams(String vip) throws Exception {
        JsonNode sent = iperf(vip, "-P 2");
        assertMoved(sent);
        JsonNode fetched = iperf(vip, "-R");
        assertMoved(fetched);
        JsonNode datagrams = iperf(vip, "-u -b 200M -l 1200");
        assertThat(datagrams.at("/end/sum/packets").asLong()).isGreaterThan(BYTES / 1200);
        assertThat(datagrams.at("/end/sum/lost_percent").asDouble()).isLessThan(100);
        Proof.say(
                "iperf3 to %s: %.1f and %.1f Gbit/s, %d datagrams with %.2f %% lost",
                vip,
                sent.at("/end/sum_received/bits_per_second").asDouble() / 1e9,
                fetched.at("/end/sum_received/bits_per_second").asDouble() / 1e9,
                datagrams.at("/end/sum/packets").asLong(),
                datagrams.at("/end/sum/lost_percent").asDouble());
    }

    /** Whoever receives stops counting when it hears that the test is over, which may overtake the last bytes. */
    private static void assertMoved(JsonNode result) {
        assertThat(result.at("/end/sum_sent/bytes").asLong()).isGreaterThanOrEqualTo(BYTES);
        assertThat(result.at("/end/sum_received/bytes").asLong()).isGreaterThan(BYTES / 10);
    }

    private static JsonNode iperf(String vip, String options) throws Exception {
        return new ObjectMapper().readTree(site.client().run("iperf3 -J -c " + vip + " -n " + BYTES + " " + options));
    }

    @ParameterizedTest
    @ValueSource(strings = {Site.VIP_V4, Site.VIP_V6})
    void nc_hands_a_text_over_and_gets_one_back(String vip) throws Exception {
        Lab lab = site.lab();
        Path question = lab.write("question", "question ".repeat(1000));
        Path answer = lab.write("answer", "answer ".repeat(1000));
        Path got = lab.file("got");
        String family = vip.contains(":") ? "-6" : "-4";
        Program server = site.serverHost(1)
                .start("sh", "-c", "exec nc " + family + " -N -l " + NC_PORT + " <" + answer + " >" + got);
        Await.until(
                "nc listens",
                () -> site.serverHost(1).run("ss -Hltn sport = :" + NC_PORT).contains("LISTEN"));

        assertThat(site.client().run("nc -N " + vip + " " + NC_PORT + " <" + question))
                .isEqualTo(Files.readString(answer));
        server.finish();
        assertThat(got).hasSameTextualContentAs(question);
    }
}
