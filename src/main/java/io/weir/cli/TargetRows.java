package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What several answers of the admin API say of each target, put together. */
final class TargetRows {

    private TargetRows() {}

    /**
     * @param health of {@code GET health}
     * @param traffic of {@code GET traffic}
     * @return the rows of health, each with its proxy's name, and with its traffic if it has any
     */
    static ArrayNode of(JsonNode health, JsonNode traffic) {
        Map<List<String>, JsonNode> counts = new HashMap<>();
        traffic.path("targets").forEach(row -> counts.put(key(row.path("proxy-name"), row.path("target-id")), row));
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (JsonNode proxy : health) {
            for (JsonNode target : proxy.path("targets")) {
                ObjectNode row = rows.addObject();
                row.set("proxy-name", proxy.path("proxy-name"));
                row.setAll((ObjectNode) target);
                JsonNode counted = counts.get(key(proxy.path("proxy-name"), target.path("target-id")));
                if (counted != null) {
                    row.set("opened", counted.path("opened"));
                    row.set("volume", counted.path("volume"));
                }
            }
        }
        return rows;
    }

    private static List<String> key(JsonNode proxy, JsonNode target) {
        return List.of(proxy.asText(), target.asText());
    }
}
