package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.Flow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Connections under the names of the admin API, whoever told them. */
final class ConnectionRows {

    /** The most a node gives at once. */
    private static final int PAGE = 1000;

    private ConnectionRows() {}

    /** @param query which are meant */
    static ArrayNode of(NodeClient node, Map<String, Optional<String>> query, int limit) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        Map<String, Optional<String>> page = new LinkedHashMap<>(query);
        do {
            page.put("limit", Optional.of(Integer.toString(Math.min(PAGE, limit - rows.size()))));
            JsonNode answer = node.get(NodeClient.path("connections", page));
            answer.path("connections").forEach(rows::add);
            page.put("after", Optional.ofNullable(answer.path("next").textValue()));
        } while (rows.size() < limit && page.get("after").isPresent());
        return rows;
    }

    static ArrayNode of(List<Flow> flows) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        flows.forEach(flow -> rows.add(of(flow)));
        return rows;
    }

    private static ObjectNode of(Flow flow) {
        ObjectNode row = JsonNodeFactory.instance
                .objectNode()
                .put("protocol", ConnectionOptions.word(flow.protocol()))
                .put("client", flow.client().toString())
                .put("vip", flow.vip().toString())
                .putNull("proxy")
                .put("target", flow.target().toString())
                .put("state", ConnectionOptions.word(flow.state()))
                .put("age-sec", flow.age().toSeconds())
                .put("idle-sec", flow.idle().toSeconds());
        flow.totals()
                .ifPresentOrElse(
                        totals -> row.put("packets-forward", totals.packetsToTarget())
                                .put("bytes-forward", totals.bytesToTarget())
                                .put("packets-reverse", totals.packetsToClient())
                                .put("bytes-reverse", totals.bytesToClient()),
                        () -> row.putNull("packets-forward")
                                .putNull("bytes-forward")
                                .putNull("packets-reverse")
                                .putNull("bytes-reverse"));
        return row;
    }

    /** By proxy where a node told them, by VIP where the data path did; with bytes where they are kept. */
    static Table table(ArrayNode rows) {
        boolean named = rows.valueStream().anyMatch(row -> row.path("proxy").isTextual());
        boolean counted =
                rows.valueStream().anyMatch(row -> row.path("bytes-forward").isNumber());
        Table table = new Table(
                "PROTO",
                "CLIENT",
                named ? "PROXY" : "VIP",
                "TARGET",
                "STATE",
                "AGE s",
                "IDLE s",
                counted ? "TO" : "",
                counted ? "FROM" : "");
        rows.forEach(row -> table.row(
                row.path("protocol").asText(),
                row.path("client").asText(),
                row.path(named ? "proxy" : "vip").asText("-"),
                row.path("target").asText("-"),
                row.path("state").asText(),
                row.path("age-sec").asLong(),
                row.path("idle-sec").asLong(),
                bytes(row.path("bytes-forward")),
                bytes(row.path("bytes-reverse"))));
        return table;
    }

    private static String bytes(JsonNode count) {
        return count.isNumber() ? Amounts.text(count.asDouble()) : "";
    }
}
