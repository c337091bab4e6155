package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.lab.Site.Frames;
import io.weir.model.AccessLog;
import io.weir.model.ControlPlane;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Target;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the running program writes about the connections of curl and of datagrams. */
@LabTest
class AccessLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MEGABYTE = 1 << 20;
    private static final int UDP_HEADER = 8;
    private static final Settings.Timeouts SHORT = new Settings.Timeouts(
            Duration.ofSeconds(300), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(1));

    private Site site;
    private Path log;

    @BeforeEach
    void run() {
        site = Site.twoArm(1, Frames.WHOLE);
        log = site.lab().file("logs").resolve("access.log");
        Nginx.serve(site.serverHost(1));
        Desired web = site.desired(settings(), 100);
        new Weir(site.balancer(), "weir")
                .run(new Desired(
                        List.of(
                                files("files", Site.VIP_V4, site.serverV4(1)),
                                files("files6", Site.VIP_V6, site.serverV6(1)),
                                web.proxies().get(0),
                                web.proxies().get(1)),
                        web.settings()));
    }

    private Settings settings() {
        Settings plain = Settings.DEFAULT.withTimeouts(SHORT);
        ControlPlane control = plain.control();
        return plain.withControl(new ControlPlane(
                control.health(),
                control.drains(),
                control.loadBalancing(),
                control.rateLimits(),
                control.metrics(),
                control.adminApi(),
                new AccessLog(true, AccessLog.Format.JSON, log, 100, 10, 10_000),
                control.dnsCache(),
                control.circuitBreaker(),
                control.cluster(),
                control.vrrpNotifyFifo()));
    }

    private static Proxy files(String name, String vip, Endpoint server) {
        Endpoint target = new Endpoint(server.address(), server.zone(), Nginx.PORT);
        return Site.proxy(name, Site.listen(Optional.of(vip), Nginx.PORT), new Group(List.of(Target.of(target))));
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({Site.VIP_V4 + ", files, web, 20", Site.VIP_V6 + ", files6, web6, 40"})
    void a_download_and_a_talk_in_datagrams_are_each_a_line_with_their_bytes(
            String vip, String files, String web, int header) throws Exception {
        Nginx.Asset asset = Nginx.asset(site.lab(), "asset", 1);
        String host = vip.contains(":") ? "[" + vip + "]" : vip;
        site.client().run("curl -sf -o /dev/null http://" + host + ":" + Nginx.PORT + "/" + asset.name());
        JsonNode download = line(files);
        assertThat(download.path("protocol").asText()).isEqualTo("tcp");
        assertThat(download.path("vip").asText()).isEqualTo(host + ":" + Nginx.PORT);
        assertThat(download.path("target").asText()).endsWith(":" + Nginx.PORT);
        assertThat(download.path("ended").asText()).isEqualTo("fin");
        // A megabyte with its headers.
        assertThat(download.path("bytes-to-client").asInt()).isBetween(MEGABYTE, MEGABYTE + MEGABYTE / 10);
        assertThat(download.path("packets-to-target").asInt()).isPositive();

        String question = "question";
        int answer;
        try (Conversation talk = Conversation.udp(site.client(), vip, Site.PORT)) {
            answer = talk.exchange(question).length();
            assertThat(talk.exchange(question)).hasSize(answer);
        }
        JsonNode datagrams = line(web);
        assertThat(datagrams.path("protocol").asText()).isEqualTo("udp");
        assertThat(datagrams.path("ended").asText()).isEqualTo("timeout");
        // A datagram after the first answer confirms the flow, and from there on they are counted; one may be sent
        // again.
        int questions = datagrams.path("packets-to-target").asInt();
        int answers = datagrams.path("packets-to-client").asInt();
        assertThat(questions).isPositive();
        assertThat(answers).isPositive();
        assertThat(datagrams.path("bytes-to-target").asInt())
                .isEqualTo(questions * (header + UDP_HEADER + question.length()));
        assertThat(datagrams.path("bytes-to-client").asInt()).isEqualTo(answers * (header + UDP_HEADER + answer));
        Proof.say("%s: a line for curl with %s bytes, and one for datagrams", vip, download.path("bytes-to-client"));
    }

    private JsonNode line(String proxy) {
        return Await.present(
                "a line about " + proxy,
                Await.LONG,
                () -> lines().stream()
                        .filter(line -> line.path("proxy").asText().equals(proxy))
                        .findFirst());
    }

    private List<JsonNode> lines() {
        try {
            return Files.exists(log)
                    ? Files.readAllLines(log).stream().map(AccessLogTest::parse).toList()
                    : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException broken) {
            throw new UncheckedIOException("no whole line: " + line, broken);
        }
    }
}
