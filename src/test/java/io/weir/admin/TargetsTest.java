package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health, drains and circuits over HTTP. */
class TargetsTest {

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private List<Integer> weights() {
        JsonNode health = Rig.json(rig.get("/api/v1/health/web"));
        return health.path("effective-weights")
                .valueStream()
                .map(JsonNode::asInt)
                .toList();
    }

    @Test
    void a_target_is_declared_down_and_left_to_its_checks_again() {
        JsonNode down = Rig.json(rig.put("/api/v1/health/web/10.0.0.1:8080", "{\"status\": \"unhealthy\"}"));

        assertThat(down.path("original-weights").valueStream().map(JsonNode::asInt))
                .containsExactly(70, 30, 100);
        assertThat(weights()).containsExactly(0, 100, 100);
        JsonNode target = down.path("targets").get(0);
        assertThat(target.path("target-id").asText()).isEqualTo("10.0.0.1:8080");
        assertThat(target.path("status").asText()).isEqualTo("unknown");
        assertThat(target.path("forced").asBoolean(true)).isFalse();
        assertThat(target.path("reason").asText()).isEqualTo("administratively down");

        rig.put("/api/v1/health/web/10.0.0.1:8080", "{\"status\": \"auto\"}");
        assertThat(weights()).containsExactly(70, 30, 100);
    }

    @Test
    void a_drain_takes_the_weight_until_it_is_undone() {
        HttpResponse<String> started =
                rig.post("/api/v1/drains", "{\"target\": \"10.0.0.2:8080\", \"timeout-ms\": 5000}");

        assertThat(started.statusCode()).isEqualTo(201);
        String location = started.headers().firstValue("Location").orElseThrow();
        JsonNode drain = Rig.json(rig.get(location)).get(0);
        assertThat(drain.path("target-id").asText()).isEqualTo("10.0.0.2:8080");
        assertThat(drain.path("proxy-name").asText()).isEqualTo("web");
        assertThat(drain.path("status").asText()).isIn("draining", "completed");
        assertThat(drain.path("timeout-ms").asInt()).isEqualTo(5000);
        assertThat(weights()).containsExactly(100, 0, 100);

        assertThat(rig.delete(location).statusCode()).isEqualTo(200);
        assertThat(weights()).containsExactly(70, 30, 100);
    }

    @Test
    void a_circuit_is_opened_and_closed_by_hand() {
        assertThat(rig.send("POST", "/api/v1/circuits/10.0.0.1:8080/open", Optional.empty())
                        .statusCode())
                .isEqualTo(200);
        assertThat(weights()).containsExactly(0, 100, 100);
        JsonNode circuit = Rig.json(rig.get("/api/v1/circuits")).get(0);
        assertThat(circuit.path("state").asText()).isEqualTo("open");
        assertThat(circuit.path("held").asBoolean()).isTrue();

        rig.send("POST", "/api/v1/circuits/10.0.0.1:8080/reset", Optional.empty());
        assertThat(Rig.json(rig.get("/api/v1/circuits")).get(0).path("state").asText())
                .isEqualTo("closed");
    }

    @Test
    void who_checks_a_target_instead_of_this_node_is_said() {
        rig.elsewhere.put(
                new ProxyTarget("web", Endpoint.parse("10.0.0.1:8080")),
                Set.of(new NodeId("lb-3"), new NodeId("lb-2")));
        JsonNode targets = Rig.json(rig.get("/api/v1/health/web")).path("targets");

        assertThat(targets.get(0).path("checked-here").asBoolean(true)).isFalse();
        assertThat(targets.get(0).path("checked-by").valueStream().map(JsonNode::asText))
                .containsExactly("lb-2", "lb-3");
        assertThat(targets.get(1).path("checked-by")).isEmpty();
    }

    @Test
    void a_target_is_checked_and_a_name_resolved_out_of_turn() {
        JsonNode check = Rig.json(rig.send("POST", "/api/v1/health/web/10.0.0.1:8080/check", Optional.empty()));
        assertThat(check.path("success").asBoolean()).isTrue();
        assertThat(check.path("latency-ms").asDouble()).isEqualTo(3.0);
        JsonNode name = Rig.json(rig.send("POST", "/api/v1/dns/app.example/resolve", Optional.empty()));
        assertThat(name.path("addresses").get(0).asText()).isEqualTo("10.0.0.1");
        assertThat(name.path("last-error").asText()).isEqualTo("timeout");
        assertThat(rig.send("POST", "/api/v1/dns/none.example/resolve", Optional.empty())
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /api/v1/health/none | | 404",
                "PUT | /api/v1/health/web/10.9.9.9:1 | {\"status\": \"unhealthy\"} | 404",
                "PUT | /api/v1/health/web/10.0.0.1:8080 | {\"status\": \"ill\"} | 422",
                "PUT | /api/v1/health/web/nonsense | {\"status\": \"healthy\"} | 422",
                "POST | /api/v1/drains | {\"target\": \"10.9.9.9:1\"} | 404",
                "POST | /api/v1/drains | {\"target\": \"10.0.0.1:8080\", \"proxy\": \"none\"} | 404",
                "POST | /api/v1/drains | {\"timeout-ms\": 5} | 422",
                "GET | /api/v1/drains/10.0.0.1:8080 | | 404",
                "DELETE | /api/v1/drains/10.0.0.1:8080 | | 409",
                "POST | /api/v1/circuits/10.9.9.9:1/open | | 404",
                "POST | /api/v1/circuits/%5Bfe80::1%25eth0%5D:80/open | | 404",
                "POST | /api/v1/circuits/10.0.0.1:8080/explode | | 404",
            })
    void what_cannot_be_done_with_a_target_is_refused(String method, String path, String body, int status) {
        HttpResponse<String> response = rig.send(method, path, Optional.ofNullable(body));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(weights()).containsExactly(70, 30, 100);
    }
}
