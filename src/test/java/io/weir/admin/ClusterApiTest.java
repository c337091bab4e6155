package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.testing.CannedCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API says of the node's peers. */
class ClusterApiTest {

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private JsonNode get(String what) {
        return Rig.json(rig.get("/api/v1/cluster/" + what));
    }

    @Test
    void a_node_without_a_cluster_says_so_and_has_nothing_to_synchronise_with() {
        assertThat(get("status").path("status").asText()).isEqualTo("disabled");
        assertThat(get("status").path("node-id").isNull()).isTrue();
        assertThat(get("status").path("cluster-size").asInt()).isZero();
        assertThat(get("nodes")).isEmpty();
        assertThat(get("sync").path("peers")).isEmpty();

        HttpResponse<String> refused = rig.post("/api/v1/cluster/sync", "");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("this node is in no cluster: write :cluster {:enabled true}");
    }

    @Test
    void a_node_is_not_ready_while_its_peers_connections_are_not_drawn() {
        rig.cluster.waitFor("the connections of lb-2 are not drawn yet");
        HttpResponse<String> refused = rig.get("/ready");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("not-ready", "the connections of lb-2 are not drawn yet");
    }

    @Test
    void the_status_has_the_nodes_name_and_how_many_take_part() {
        rig.cluster.join();
        JsonNode status = get("status");
        assertThat(status.path("status").asText()).isEqualTo("running");
        assertThat(status.path("node-id").asText()).isEqualTo("lb-1");
        assertThat(status.path("cluster-size").asInt()).isEqualTo(3);
        assertThat(status.at("/nodes/alive").asInt()).isEqualTo(3);
        assertThat(status.at("/nodes/dead").asInt()).isZero();
        assertThat(status.at("/seeds/0").asText()).isEqualTo("10.0.0.12:7946");
        assertThat(status.path("insecure").asBoolean()).isTrue();
        assertThat(status.at("/facts/known").asInt()).isEqualTo(7);
        assertThat(status.at("/facts/gossip-lost").asInt()).isEqualTo(10);
        assertThat(status.at("/sync/lag-p99-ms").asDouble()).isEqualTo(7);
        assertThat(status.at("/sync/unprotected").asInt()).isEqualTo(3);
        assertThat(status.at("/sync/promoted").asInt()).isEqualTo(5);
        assertThat(status.at("/sync/shadows-by-owner/lb-2").asInt()).isEqualTo(40);
        assertThat(status.at("/refused/wrong_key").asInt()).isEqualTo(2);
    }

    @Test
    void each_node_has_its_state_and_what_is_held_ready_for_it() {
        rig.cluster.join();
        JsonNode nodes = get("nodes");
        assertThat(nodes.fieldNames()).toIterable().containsExactly("lb-1", "lb-2", "lb-3");
        assertThat(nodes.at("/lb-1/self").asBoolean()).isTrue();
        assertThat(nodes.at("/lb-2/state").asText()).isEqualTo("alive");
        assertThat(nodes.at("/lb-2/shadows").asInt()).isEqualTo(40);
        assertThat(nodes.at("/lb-2/in-sync").asBoolean()).isTrue();
        assertThat(nodes.at("/lb-2/since-ms").asInt()).isEqualTo(90_000);
        assertThat(nodes.at("/lb-3/in-sync").asBoolean()).isFalse();
    }

    @Test
    void the_synchronisation_is_told_by_peer_and_is_complete_when_all_agree() {
        rig.cluster.join();
        JsonNode sync = get("sync");
        assertThat(sync.path("in-sync").asBoolean()).isFalse();
        assertThat(sync.at("/peers/lb-2/told").asBoolean()).isTrue();
        assertThat(sync.at("/peers/lb-3/linked").asBoolean()).isFalse();
        assertThat(sync.at("/peers/lb-3/facts-drawn").asBoolean()).isFalse();
        assertThat(sync.path("peers").has("lb-1")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("facts")
    void a_fact_is_said_to_all_nodes(String body, Decision decision) {
        String target = "\"proxy\": \"web\", \"target\": \"10.0.0.1:8080\", ";
        HttpResponse<String> answer = rig.post("/api/v1/cluster/broadcast", "{" + target + body + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(rig.cluster.broadcast).containsExactly(decision);
    }

    static Stream<Arguments> facts() {
        ProxyTarget target = new ProxyTarget("web", Endpoint.of("10.0.0.1", 8080));
        return Stream.of(
                arguments("\"fact\": \"healthy\"", new Decision.Checked(target, true, "")),
                arguments("\"fact\": \"unhealthy\"", new Decision.Checked(target, false, "said by hand")),
                arguments("\"fact\": \"unhealthy\", \"why\": \"disk\"", new Decision.Checked(target, false, "disk")),
                arguments("\"fact\": \"unchecked\"", new Decision.Unchecked(target)),
                arguments("\"fact\": \"circuit-open\"", new Decision.Opened(target, true, "said by hand")),
                arguments("\"fact\": \"circuit-closed\"", new Decision.Closed(target)),
                arguments("\"fact\": \"drained\"", new Decision.Drained(target, Duration.ofSeconds(30))),
                arguments(
                        "\"fact\": \"drained\", \"timeout-ms\": 5000",
                        new Decision.Drained(target, Duration.ofSeconds(5))),
                arguments("\"fact\": \"undrained\"", new Decision.Undrained(target)));
    }

    @Test
    void a_fact_that_is_none_is_not_said() {
        String target = "{\"proxy\": \"web\", \"target\": \"10.0.0.1:8080\", ";
        assertThat(rig.post("/api/v1/cluster/broadcast", target + "\"fact\": \"odd\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(rig.post("/api/v1/cluster/broadcast", target.replace("web", "none") + "\"fact\": \"healthy\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(rig.cluster.broadcast).isEmpty();
    }

    @Test
    void a_synchronisation_says_with_whom_it_did_not_come_to_agree() {
        rig.cluster.join();
        JsonNode done = Rig.json(rig.post("/api/v1/cluster/sync", ""));
        assertThat(done.path("success").asBoolean()).isTrue();
        assertThat(done.path("message").asText()).isEqualTo("facts and connections compared: in sync with lb-2, lb-3");

        rig.cluster.fallBehind(CannedCluster.THIRD);
        JsonNode late = Rig.json(rig.post("/api/v1/cluster/sync", ""));
        assertThat(late.path("success").asBoolean()).isFalse();
        assertThat(late.path("message").asText())
                .isEqualTo("facts and connections compared: in sync with lb-2; not in sync after 20 s with lb-3");
    }

    @Test
    void a_synchronisation_with_a_peer_that_dies_meanwhile_is_not_complete() {
        rig.cluster.join();
        rig.cluster.lose(CannedCluster.THIRD);
        JsonNode done = Rig.json(rig.post("/api/v1/cluster/sync", ""));

        assertThat(done.path("success").asBoolean()).isFalse();
        assertThat(done.path("message").asText())
                .isEqualTo("facts and connections compared: in sync with lb-2; gone meanwhile: lb-3");
    }
}
