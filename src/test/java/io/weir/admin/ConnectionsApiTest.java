package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten connections over HTTP, five to each of two targets. */
class ConnectionsApiTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void connect() {
        rig.flows.add(10);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void the_pages_together_are_all_connections() {
        List<String> clients = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = Rig.json(rig.get("/api/v1/connections?limit=4" + after));
            assertThat(page.path("connections").size()).isLessThanOrEqualTo(4);
            clients.addAll(page.path("connections").findValuesAsText("client"));
            after = page.path("next").isNull()
                    ? ""
                    : "&after=" + page.path("next").asText();
        } while (!after.isEmpty());
        assertThat(clients).doesNotHaveDuplicates().hasSize(10);
    }

    @Test
    void filters_choose() {
        assertThat(Rig.json(rig.get("/api/v1/connections/count")).path("count").asInt())
                .isEqualTo(10);
        assertThat(Rig.json(rig.get("/api/v1/connections/count?target=10.0.0.1:8080"))
                        .path("count")
                        .asInt())
                .isEqualTo(5);
        assertThat(Rig.json(rig.get("/api/v1/connections/count?client=198.51.100.1"))
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        assertThat(Rig.json(rig.get("/api/v1/connections/count?protocol=udp"))
                        .path("count")
                        .asInt())
                .isZero();
    }

    @Test
    void statistics_have_the_sums() {
        JsonNode stats = Rig.json(rig.get("/api/v1/connections/stats"));
        assertThat(stats.path("total-connections").asInt()).isEqualTo(10);
        assertThat(stats.path("total-bytes-forward").asInt()).isEqualTo(1000);
        assertThat(stats.path("total-packets-reverse").asInt()).isEqualTo(20);
        assertThat(stats.at("/by-state/established").asInt()).isEqualTo(10);
    }

    @Test
    void connections_are_ended_by_filter_and_all_of_them_only_when_that_is_said() {
        assertThat(rig.delete("/api/v1/connections").statusCode()).isEqualTo(422);
        assertThat(rig.flows.table).hasSize(10);
        assertThat(Rig.json(rig.delete("/api/v1/connections?target=10.0.0.2:8080"))
                        .path("ended")
                        .asInt())
                .isEqualTo(5);
        assertThat(Rig.json(rig.delete("/api/v1/connections?all=true"))
                        .path("ended")
                        .asInt())
                .isEqualTo(5);
        assertThat(rig.flows.table).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=1001", "limit=x", "after=x", "target=x", "client=x", "protocol=x", "state=x"})
    void a_query_that_is_no_good_is_refused(String query) {
        assertThat(rig.get("/api/v1/connections?" + query).statusCode()).isEqualTo(422);
    }
}
