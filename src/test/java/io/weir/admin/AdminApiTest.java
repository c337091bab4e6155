package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over HTTP, without a key. */
class AdminApiTest {

    private static final String API_PROXY = """
            {"name": "api", "listen": {"interfaces": ["eth0"], "address": "192.0.2.81", "port": 81, "protocols": ["tcp"]},
             "default-target": {"ip": "10.0.1.1", "port": 3000}}
            """;

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void status_says_what_is_so() {
        JsonNode status = Rig.json(rig.get("/api/v1/status"));

        assertThat(status.path("running").asBoolean()).isTrue();
        assertThat(status.path("version").asText()).isEqualTo("1.2.3");
        assertThat(status.path("synchronised").asBoolean()).isTrue();
        assertThat(status.path("attached-interfaces"))
                .extracting(JsonNode::asText)
                .containsExactly("eth0");
        assertThat(status.path("proxies").asInt()).isEqualTo(1);
        assertThat(status.path("targets").asInt()).isEqualTo(3);
        assertThat(status.path("last-error").isNull()).isTrue();
        assertThat(status.at("/vips/0/instance").asText()).isEqualTo("clients");
        assertThat(status.at("/vips/0/role").asText()).isEqualTo("master");
    }

    @Test
    void a_proxy_is_added_shown_and_removed() {
        HttpResponse<String> added = rig.post("/api/v1/proxies", API_PROXY);

        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(added.headers().firstValue("Location")).contains("/api/v1/proxies/api");
        assertThat(Rig.json(rig.get("/api/v1/proxies/api"))).isEqualTo(Rig.json(added));
        assertThat(rig.operations.proxies().find("api")).isPresent();

        assertThat(rig.delete("/api/v1/proxies/api").statusCode()).isEqualTo(200);
        assertThat(rig.get("/api/v1/proxies/api").statusCode()).isEqualTo(404);
        assertThat(rig.operations.proxies().find("api")).isEmpty();
    }

    @Test
    void what_config_prints_can_be_posted_back() {
        JsonNode printed = Rig.json(rig.get("/api/v1/config")).path("proxies").get(0);
        assertThat(Rig.json(rig.get("/api/v1/proxies/web")).path("config")).isEqualTo(printed);

        rig.delete("/api/v1/proxies/web");
        HttpResponse<String> back = rig.post("/api/v1/proxies", printed.toString());

        assertThat(back.statusCode()).isEqualTo(201);
        assertThat(Rig.json(rig.get("/api/v1/config")).path("proxies").get(0)).isEqualTo(printed);
    }

    @Test
    void routes_come_and_go_by_their_source() {
        HttpResponse<String> added = rig.post(
                "/api/v1/proxies/web/routes",
                "{\"source\": \"10.20.0.0/16\", \"target\": {\"ip\": \"10.0.0.5\", \"port\": 80}}");
        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(Rig.json(rig.get("/api/v1/proxies/web/routes")).findValuesAsText("source"))
                .contains("192.168.0.0/16", "10.20.0.0/16");

        JsonNode replaced = Rig.json(
                rig.put("/api/v1/proxies/web/routes/10.20.0.0%2F16/targets", "[{\"ip\": \"10.0.0.6\", \"port\": 80}]"));
        assertThat(replaced.path("targets").get(0).path("target-id").asText()).isEqualTo("10.0.0.6:80");

        assertThat(rig.delete(added.headers().firstValue("Location").orElseThrow())
                        .statusCode())
                .isEqualTo(200);
        assertThat(rig.delete("/api/v1/proxies/web/routes/192.168.0.0/16").statusCode())
                .isEqualTo(200);
        assertThat(Rig.json(rig.get("/api/v1/proxies/web/routes"))).isEmpty();
    }

    @Test
    void targets_of_a_proxy_are_replaced() {
        JsonNode proxy = Rig.json(rig.put("/api/v1/proxies/web/targets", "{\"ip\": \"10.0.0.9\", \"port\": 80}"));

        assertThat(proxy.path("targets").findValuesAsText("target-id")).containsExactly("10.0.0.9:80");
        assertThat(proxy.path("targets").get(0).path("effective-weight").asInt())
                .isEqualTo(100);
        assertThat(proxy.path("targets").get(0).path("reason").asText()).isEqualTo("as configured");
    }

    @Test
    void interfaces_are_attached_and_taken_off() {
        assertThat(rig.post("/api/v1/interfaces", "{\"interfaces\": [\"eth1\"]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Rig.json(rig.get("/api/v1/interfaces")).findValuesAsText("name"))
                .containsExactly("eth0", "eth1");
        assertThat(rig.delete("/api/v1/interfaces/eth1").statusCode()).isEqualTo(200);
        assertThat(Rig.json(rig.get("/api/v1/interfaces")).findValuesAsText("name"))
                .doesNotContain("eth1");
    }

    @Test
    void statistics_are_switched_on() {
        assertThat(rig.put("/api/v1/statistics", "{\"enabled\": true}").statusCode())
                .isEqualTo(200);
        assertThat(Rig.json(rig.get("/api/v1/status")).path("stats-enabled").asBoolean())
                .isTrue();
    }

    @Test
    void limits_of_new_connections_are_set_one_by_one_and_taken_away_together() {
        rig.post("/api/v1/rate-limits/source", "{\"requests-per-sec\": 100, \"burst\": 200}");
        JsonNode both = Rig.json(rig.post("/api/v1/rate-limits/backend", "{\"requests-per-sec\": 7, \"burst\": 9}"));

        assertThat(both).isEqualTo(Rig.json(rig.get("/api/v1/rate-limits")));
        assertThat(both.toString())
                .isEqualTo("{\"per-source\":{\"requests-per-sec\":100,\"burst\":200},"
                        + "\"per-backend\":{\"requests-per-sec\":7,\"burst\":9}}");
        assertThat(Rig.json(rig.get("/api/v1/config")).at("/settings/rate-limits"))
                .isEqualTo(both);
        assertThat(Rig.json(rig.delete("/api/v1/rate-limits")).toString())
                .isEqualTo("{\"per-source\":null,\"per-backend\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET | /api/v1/nothing | - | 404 | unknown-path",
                "GET | /api/v1/cluster/leader | - | 404 | unknown-path",
                "GET | /api/v1/proxies/none | - | 404 | unknown-proxy",
                "DELETE | /api/v1/proxies/none | - | 404 | unknown-proxy",
                "DELETE | /api/v1/proxies/web/routes/10.9.0.0%2F16 | - | 404 | unknown-route",
                "DELETE | /api/v1/interfaces/eth9 | - | 404 | unknown-interface",
                "PUT | /api/v1/proxies | {} | 405 | method-not-allowed",
                "PATCH | /api/v1/status | {} | 405 | method-not-allowed",
                "POST | /api/v1/proxies | {\"name\" | 400 | malformed-json",
                "POST | /api/v1/proxies | {} {} | 400 | malformed-json",
                "POST | /api/v1/proxies | {} | 422 | invalid",
                "POST | /api/v1/proxies | [] | 422 | invalid",
                "POST | /api/v1/interfaces | {\"interfaces\": [\"eth1\"], \"more\": 1} | 422 | invalid",
                "POST | /api/v1/interfaces | {\"interfaces\": [\"eth9\"]} | 404 | unknown-interface",
                "PUT | /api/v1/statistics | {\"enabled\": \"yes\"} | 422 | invalid",
                "POST | /api/v1/rate-limits/source | {\"requests-per-sec\": 0, \"burst\": 1} | 422 | invalid",
                "POST | /api/v1/rate-limits/backend | {\"requests-per-sec\": 1} | 422 | invalid",
                "POST | /api/v1/rate-limits/target | {\"requests-per-sec\": 1, \"burst\": 1} | 404 | unknown-path",
                "PUT | /api/v1/proxies/web/targets | {\"host\": \"a.example\"} | 422 | invalid",
                "POST | /api/v1/proxies/web/sni-routes | {} | 422 | unsupported"
            })
    void what_cannot_be_done_is_refused_with_a_code(String method, String path, String body, int status, String code) {
        HttpResponse<String> response = rig.send(method, path, Optional.ofNullable(body));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = Rig.json(response);
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("error").asText()).isNotBlank();
        assertThat(error.path("details").isArray()).isTrue();
    }

    @Test
    void conflicts_are_told_from_mistakes() {
        rig.post("/api/v1/proxies", API_PROXY);
        assertThat(Rig.json(rig.post("/api/v1/proxies", API_PROXY)).path("code").asText())
                .isEqualTo("duplicate-name");
        HttpResponse<String> taken = rig.post("/api/v1/proxies", API_PROXY.replace("\"api\"", "\"other\""));
        assertThat(taken.statusCode()).isEqualTo(409);
        assertThat(Rig.json(taken).path("code").asText()).isEqualTo("listener-conflict");
    }

    @Test
    void every_mistake_of_a_body_is_told_with_its_path() {
        JsonNode error = Rig.json(rig.post("/api/v1/proxies", """
                {"name": "api", "listen": {"interfaces": ["eth0"], "port": 0, "protocols": ["sctp"]},
                 "default-target": [{"ip": "10.0.0.1", "port": 80, "weight": 50}, {"ip": "10.0.0.x", "port": 80, "weight": 50}],
                 "sesion-persistence": true}
                """));

        assertThat(error.path("details").findValuesAsText("path"))
                .contains("listen.port", "listen.protocols[0]", "default-target[1].ip", "sesion-persistence");
    }

    @Test
    void the_kernel_s_refusal_is_a_503_and_the_node_is_not_ready() {
        assertThat(rig.get("/ready").statusCode()).isEqualTo(200);
        rig.dataplane.refuses = true;

        HttpResponse<String> refused = rig.post("/api/v1/proxies", API_PROXY);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(Rig.json(refused).path("error").asText()).contains("no memory");
        assertThat(rig.get("/ready").statusCode()).isEqualTo(503);
        assertThat(rig.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void head_and_options_answer_for_a_path() {
        HttpResponse<String> head = rig.send("HEAD", "/api/v1/status", Optional.empty());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(rig.send("HEAD", "/api/v1/proxies/none", Optional.empty()).statusCode())
                .isEqualTo(404);

        HttpResponse<String> options = rig.send("OPTIONS", "/api/v1/proxies", Optional.empty());
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
        assertThat(rig.put("/api/v1/proxies", "{}").headers().firstValue("Allow"))
                .contains("GET, HEAD, OPTIONS, POST");
    }

    @Test
    void a_body_is_json_and_not_too_large() {
        assertThat(rig.post("/api/v1/proxies", API_PROXY, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(rig.post("/api/v1/proxies", "[" + " ".repeat(5 << 20) + "]").statusCode())
                .isEqualTo(413);
        assertThat(rig.post("/api/v1/proxies", "[".repeat(2000)).statusCode()).isEqualTo(400);
    }

    @Test
    void a_port_in_use_is_said() {
        int port = Integer.parseInt(rig.admin.url().replaceFirst(".*:", ""));
        var taken = new io.weir.model.AdminApi(
                true,
                Rig.OPEN.bind(),
                port,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        assertThatThrownBy(() -> AdminServer.start(taken, rig.node()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "the admin API cannot listen on 127.0.0.1:" + port + ": Address already in use");
    }
}
