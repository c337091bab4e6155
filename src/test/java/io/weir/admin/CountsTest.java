package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the data path counts, over HTTP. */
class CountsTest {

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void a_target_is_shown_with_what_went_over_it_and_what_came_by_its_proxy() {
        Snapshot snapshot = rig.operations.status();
        int index = indexOf(snapshot, "10.0.0.2:8080");
        rig.counted.put(index, 3, 200);
        rig.counted.put(indexOf(snapshot, "10.0.0.1:8080"), 1, 10);
        rig.counted.connect(snapshot.proxies().getFirst().number(), index, 7, 3);

        JsonNode traffic = Rig.json(rig.get("/api/v1/traffic"));

        JsonNode target = traffic.path("targets").get(1);
        assertThat(target.path("proxy-name").asText()).isEqualTo("web");
        assertThat(target.path("target-id").asText()).isEqualTo("10.0.0.2:8080");
        assertThat(target.path("opened").asLong()).isEqualTo(7);
        JsonNode volume = target.path("volume");
        assertThat(volume.path("active").asLong()).isEqualTo(3);
        assertThat(volume.path("packets-to-target").asLong()).isEqualTo(200);
        assertThat(volume.path("bytes-to-target").asLong()).isEqualTo(20_000);
        assertThat(volume.path("packets-to-client").asLong()).isEqualTo(100);
        assertThat(volume.path("bytes-to-client").asLong()).isEqualTo(10_000);
        assertThat(traffic.path("volume").path("active").asLong()).isEqualTo(4);
        assertThat(traffic.path("opened").asLong()).isEqualTo(7);
        assertThat(traffic.path("tables").path("flows").path("capacity").asLong())
                .isEqualTo(200);
        assertThat(traffic.path("events-lost").asLong()).isEqualTo(3);
    }

    @Test
    void the_status_names_what_was_not_plainly_forwarded_and_leaves_out_what_never_happened() {
        JsonNode verdicts = Rig.json(rig.get("/api/v1/status")).path("verdicts");

        assertThat(verdicts).hasSize(1);
        assertThat(verdicts.get(0).path("verdict").asText()).isEqualTo("dropped");
        assertThat(verdicts.get(0).path("reason").asText()).isEqualTo("no_target");
        assertThat(verdicts.get(0).path("packets").asLong()).isEqualTo(7);
    }

    @Test
    void a_large_answer_comes_smaller_to_who_takes_it_so() throws IOException {
        try (CrowdedRig crowd = new CrowdedRig()) {
            byte[] plain = bytes(crowd, "/api/v1/health", "identity");
            byte[] small = bytes(crowd, "/api/v1/health", "br, gzip;q=0.5");
            assertThat(small.length).isLessThan(plain.length / 5);
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small))) {
                assertThat(Pattern.compile("\"target-id\"")
                                .matcher(text(in.readAllBytes()))
                                .results())
                        .hasSize(CrowdedRig.PROXIES * CrowdedRig.EACH);
            }
            assertThat(text(bytes(crowd, "/api/v1/health", "gzip;q=0"))).startsWith("[{");
            assertThat(text(bytes(crowd, "/api/v1/access", "gzip"))).startsWith("{");
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(CrowdedRig crowd, String path, String encoding) throws IOException {
        URLConnection connection =
                URI.create(crowd.rig.admin.url() + path).toURL().openConnection();
        connection.setRequestProperty("Accept-Encoding", encoding);
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private static int indexOf(Snapshot snapshot, String target) {
        return snapshot.targets().entrySet().stream()
                .filter(entry -> entry.getValue().equals(Endpoint.parse(target)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
