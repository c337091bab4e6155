package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * How a node is, as its admin API tells it.
 *
 * @param general of {@code GET status}
 * @param targets a row for each target of each proxy and route, with its health, weight and traffic
 * @param circuits all
 * @param drains all
 */
record NodeStatus(String url, JsonNode general, JsonNode targets, JsonNode circuits, JsonNode drains) {

    static NodeStatus of(NodeClient node) {
        JsonNode general = node.get("status");
        return new NodeStatus(
                node.address().url().toString(),
                general,
                TargetRows.of(node.get("health"), node.get("traffic")),
                node.get("circuits"),
                node.get("drains"));
    }

    /** Under the names of {@link StatusView}, with what only a node knows beside it. */
    ObjectNode json() {
        ObjectNode node = ((ObjectNode) general).deepCopy();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("source", "node").put("url", url);
        json.set("interfaces", node.remove("interfaces"));
        json.set("targets", targets);
        json.set("circuits", circuits);
        json.set("drains", drains);
        json.set("verdicts", node.remove("verdicts"));
        json.set("node", node);
        return json;
    }

    void print(PrintWriter out) {
        out.println("weir " + general.path("version").asText() + " at " + url + ", up "
                + Spans.text(Duration.ofMillis(general.path("uptime-ms").asLong())));
        out.println("the data path " + (general.path("synchronised").asBoolean() ? "holds" : "does not hold yet")
                + " all that is wanted");
        if (general.path("last-error").isTextual()) {
            out.println("last error: " + general.path("last-error").asText());
        }
        out.println();
        printInterfaces(out);
        printVips(out);
        printTargets(out);
        printCircuits(out);
        printDrains(out);
        printVerdicts(out);
    }

    private void printInterfaces(PrintWriter out) {
        Table table = new Table("INTERFACE", "ATTACHED", "WHY");
        general.path("interfaces")
                .forEach(at -> table.row(
                        at.path("name").asText(),
                        at.path("mode").isTextual() ? at.path("mode").asText() : "no",
                        at.path("why").asText()));
        table.printWrapped(out);
    }

    private void printVips(PrintWriter out) {
        JsonNode vips = general.path("vips");
        if (!vips.isEmpty()) {
            out.println();
            Table table = new Table("VRRP INSTANCE", "ROLE", "SINCE");
            vips.forEach(vip ->
                    table.row(vip.path("instance").asText(), vip.path("role").asText(), since(vip.path("since-ms"))));
            table.print(out);
        }
    }

    private void printTargets(PrintWriter out) {
        out.println();
        TargetRows.print(
                targets,
                out,
                List.of("WEIGHT", "NOW", "ACTIVE", "HEALTH", "WHY"),
                target -> List.of(
                        target.path("original-weight").asInt(),
                        target.path("effective-weight").asInt(),
                        target.path("volume").path("active").asText("-"),
                        health(target),
                        target.path("reason").asText()));
    }

    private static String health(JsonNode target) {
        JsonNode forced = target.path("forced");
        return forced.isBoolean()
                ? forced.asBoolean() ? "forced up" : "forced down"
                : target.path("status").asText();
    }

    private void printCircuits(PrintWriter out) {
        Table table = new Table("CIRCUIT OF", "PROXY", "STATE", "SINCE", "WHY");
        boolean any = false;
        for (JsonNode circuit : circuits) {
            if (!circuit.path("state").asText().equals("closed")) {
                any = true;
                table.row(
                        circuit.path("target-id").asText(),
                        circuit.path("proxy-name").asText(),
                        circuit.path("state").asText(),
                        since(circuit.path("since-ms")),
                        circuit.path("why").asText());
            }
        }
        if (any) {
            out.println();
            table.printWrapped(out);
        }
    }

    /** Who serves again because a drain was undone is no more to be told of. */
    private void printDrains(PrintWriter out) {
        ArrayNode told = JsonNodeFactory.instance.arrayNode();
        drains.valueStream()
                .filter(drain -> !drain.path("status").asText().equals("cancelled"))
                .forEach(told::add);
        if (!told.isEmpty()) {
            out.println();
            DrainRows.print(told, out);
        }
    }

    private void printVerdicts(PrintWriter out) {
        JsonNode verdicts = general.path("verdicts");
        if (!verdicts.isEmpty()) {
            out.println();
            Table table = new Table("NOT PLAINLY FORWARDED", "VERDICT", "PACKETS");
            verdicts.forEach(verdict -> table.row(
                    verdict.path("reason").asText(),
                    verdict.path("verdict").asText(),
                    verdict.path("packets").asLong()));
            table.print(out);
        }
    }

    static String since(JsonNode millis) {
        return millis.isNumber() ? Spans.text(Duration.ofMillis(millis.asLong())) : "-";
    }
}
