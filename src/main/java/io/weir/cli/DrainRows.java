package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Drains, as a table. */
final class DrainRows {

    private DrainRows() {}

    /** @param drains as the admin API lists them */
    static Table table(JsonNode drains) {
        Table table = new Table("DRAIN OF", "PROXY", "STATUS", "LEFT", "AT START", "TIME", "OF");
        drains.forEach(drain -> table.row(
                drain.path("target-id").asText(),
                drain.path("proxy-name").asText(),
                drain.path("status").asText(),
                drain.path("current-connections").asLong(),
                drain.path("initial-connections").asLong(),
                NodeStatus.since(drain.path("elapsed-ms")),
                NodeStatus.since(drain.path("timeout-ms"))));
        return table;
    }
}
