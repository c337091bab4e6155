package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.weir.model.Endpoint;
import io.weir.stats.Distribution;
import io.weir.stats.Latencies.TargetLatencies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks of any address, and what was measured of targets, over HTTP. */
class ChecksTest {

    private final Rig rig = new Rig();
    private final HttpServer server = server();

    private static HttpServer server() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/health", exchange -> {
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
        rig.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", \"timeout-ms\": 3000                      | true",
                ", \"type\": \"tcp\"                         | true",
                ", \"type\": \"http\"                        | true",
                ", \"type\": \"http\", \"expected-codes\": [200] | false",
                ", \"type\": \"http\", \"path\": \"/none\"     | false",
                ", \"type\": \"https\"                       | false"
            })
    void any_address_is_checked_once_as_the_caller_wants_it(String options, boolean passes) {
        String target = "127.0.0.1:" + server.getAddress().getPort();
        var answer = rig.post("/api/v1/checks", "{\"target\": \"" + target + "\"" + options + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode check = Rig.json(answer);
        assertThat(check.path("made").asBoolean()).isTrue();
        assertThat(check.path("success").asBoolean()).as(answer.body()).isEqualTo(passes);
        assertThat(check.path("latency-ms").asDouble()).isPositive();
        assertThat(check.path("message").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                          | target",
                "{\"target\": \"web\"}                                       | target",
                "{\"target\": \"127.0.0.1:1\", \"type\": \"udp\"}            | type",
                "{\"target\": \"127.0.0.1:1\", \"path\": \"health\"}         | path",
                "{\"target\": \"127.0.0.1:1\", \"timeout-ms\": 99}           | timeout-ms",
                "{\"target\": \"127.0.0.1:1\", \"expected-codes\": [99]}     | expected-codes",
                "{\"target\": \"127.0.0.1:1\", \"expected-codes\": []}       | expected-codes",
                "{\"target\": \"127.0.0.1:1\", \"port\": 80}                 | port"
            })
    void what_is_wrong_with_a_check_is_named(String body, String path) {
        var answer = rig.post("/api/v1/checks", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Rig.json(answer).path("details").findValuesAsText("path")).contains(path);
    }

    @Test
    void latencies_are_told_by_target() {
        assertThat(Rig.json(rig.get("/api/v1/latencies"))).isEmpty();
        rig.latencies.put(
                Endpoint.parse("10.0.0.1:8080"),
                new TargetLatencies(
                        new Distribution(
                                List.of(new Distribution.Bucket(Duration.ofNanos(250_000), 3)),
                                4,
                                Duration.ofMillis(2)),
                        new Distribution(List.of(), 0, Duration.ZERO)));

        JsonNode latencies = Rig.json(rig.get("/api/v1/latencies")).get(0);

        assertThat(latencies.path("target-id").asText()).isEqualTo("10.0.0.1:8080");
        JsonNode handshake = latencies.path("handshake");
        assertThat(handshake.path("count").asLong()).isEqualTo(4);
        assertThat(handshake.path("sum-ms").asDouble()).isEqualTo(2);
        assertThat(handshake.path("buckets").get(0).path("up-to-ms").asDouble()).isEqualTo(0.25);
        assertThat(handshake.path("buckets").get(0).path("count").asLong()).isEqualTo(3);
        assertThat(latencies.path("duration").path("count").asLong()).isZero();
    }
}
