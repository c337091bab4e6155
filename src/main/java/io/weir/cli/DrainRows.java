package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Drains as text; each takes them as the admin API lists them. */
final class DrainRows {

    private DrainRows() {}

    static void print(JsonNode drains, PrintWriter out) {
        Table table = new Table("DRAIN OF", "PROXY", "STATUS", "LEFT", "AT START", "TIME", "OF");
        drains.forEach(drain -> table.row(
                drain.path("target-id").asText(),
                drain.path("proxy-name").asText(),
                drain.path("status").asText(),
                drain.path("current-connections").asLong(),
                drain.path("initial-connections").asLong(),
                NodeStatus.since(drain.path("elapsed-ms")),
                NodeStatus.since(drain.path("timeout-ms"))));
        table.print(out);
        String peers = uncounted(drains);
        if (!peers.isEmpty()) {
            out.println("without connections at " + peers + ", which are not counted yet");
        }
    }

    /** The most that any of them has left, and where they are not counted yet. */
    static String left(JsonNode drains) {
        long left = drains.valueStream()
                .mapToLong(drain -> drain.path("current-connections").asLong())
                .max()
                .orElse(0);
        String peers = uncounted(drains);
        if (!peers.isEmpty()) {
            return left + " left, and those at " + peers + ", which are being counted";
        }
        return left == 0 ? "those that are left are being counted" : left + " left";
    }

    /** Names of nodes; empty if all have counted. */
    private static String uncounted(JsonNode drains) {
        return drains.valueStream()
                .flatMap(drain -> drain.path("uncounted-peers").valueStream())
                .map(JsonNode::asText)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
