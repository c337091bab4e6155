package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the admin API says of each target: a row for each target of each proxy and route. */
final class TargetRows {

    private TargetRows() {}

    /**
     * @param health of {@code GET health}
     * @return its rows, each with its proxy's name
     */
    static ArrayNode of(JsonNode health) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (JsonNode proxy : health) {
            for (JsonNode target : proxy.path("targets")) {
                rows.addObject()
                        .<ObjectNode>set("proxy-name", proxy.path("proxy-name"))
                        .setAll((ObjectNode) target);
            }
        }
        return rows;
    }

    /**
     * With the traffic of those that have any.
     *
     * @param traffic of {@code GET traffic}
     */
    static ArrayNode of(JsonNode health, JsonNode traffic) {
        Map<List<String>, JsonNode> counts = new HashMap<>();
        traffic.path("targets").forEach(row -> counts.put(key(row), row));
        ArrayNode rows = of(health);
        for (JsonNode row : rows) {
            JsonNode counted = counts.get(key(row));
            if (counted != null) {
                ((ObjectNode) row).set("opened", counted.path("opened"));
                ((ObjectNode) row).set("volume", counted.path("volume"));
            }
        }
        return rows;
    }

    /** Which target of which proxy a row is of. */
    static List<String> key(JsonNode row) {
        return List.of(row.path("proxy-name").asText(), row.path("target-id").asText());
    }

    /**
     * Prints one table a proxy, and one for each of its routes.
     *
     * @param head of the columns behind the target's
     * @param cells of those, the last one a text that may be long
     */
    static void print(JsonNode rows, PrintWriter out, List<String> head, Function<JsonNode, List<Object>> cells) {
        Map<String, Table> tables = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            tables.computeIfAbsent(
                            group(row), _ -> new Table(behind("  TARGET", head).toArray(String[]::new)))
                    .row(behind("  " + row.path("target-id").asText(), cells.apply(row))
                            .toArray());
        }
        boolean isFirst = true;
        for (Map.Entry<String, Table> table : tables.entrySet()) {
            if (!isFirst) {
                out.println();
            }
            isFirst = false;
            out.println(table.getKey());
            table.getValue().printWrapped(out);
        }
    }

    private static <T> List<T> behind(T first, List<? extends T> rest) {
        List<T> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return all;
    }

    private static String group(JsonNode target) {
        String proxy = target.path("proxy-name").asText();
        return target.path("source").isTextual()
                ? proxy + ", clients from " + target.path("source").asText()
                : proxy;
    }
}
