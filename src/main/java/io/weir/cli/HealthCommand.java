package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.model.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir health}: what the checks say, and what the operator says instead. */
@Command(
        name = "health",
        description = {
            "Show how targets are by their checks; or declare one up or down; or check one now.",
            "",
            "Exit codes: 0 done, and with --check: it passed; 1 the check failed."
        })
final class HealthCommand extends NodeVerb {

    private static final List<String> COLUMNS = List.of("HEALTH", "SINCE", "FORCED", "LAST ERROR");
    private static final Set<String> WORDS = Set.of("healthy", "unhealthy", "auto");

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROXY", description = "Only of this proxy")
    private @Nullable String proxy;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TARGET", description = "Only this one, as in 10.0.0.1:8080")
    private @Nullable String target;

    @Option(
            names = "--force",
            paramLabel = "HEALTH",
            description = "Declare it healthy or unhealthy, whatever its checks say; auto leaves it to them again")
    private @Nullable String force;

    @Option(
            names = "--check",
            description = "Check it now; the result counts like any other, and for nothing where other nodes check it")
    private boolean check;

    HealthCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    void requireSense() {
        if (force != null && !WORDS.contains(force)) {
            throw misuse("--force is healthy, unhealthy or auto, not '" + force + "'");
        }
        if (target != null) {
            target(target);
        } else if (force != null || check) {
            throw misuse((check ? "--check" : "--force") + " is for one target: name its proxy and its address");
        }
        if (force != null && check) {
            throw misuse("--force and --check cannot go together: a check counts for nothing while a target is forced");
        }
    }

    @Override
    int call(NodeClient node) {
        if (proxy == null || target == null) {
            JsonNode health = proxy == null ? node.get("health") : list(node.get(NodeClient.path("health", proxy)));
            show(health, () -> print(TargetRows.of(health)));
            return ExitCode.DONE;
        }
        return one(node, proxy, target(target));
    }

    private int one(NodeClient node, String proxy, Endpoint target) {
        String path = NodeClient.path("health", proxy, target.toString());
        if (check) {
            return checked(node.post(path + "/check"));
        }
        JsonNode answer =
                force == null ? node.get(NodeClient.path("health", proxy)) : node.put(path, Map.of("status", force));
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        TargetRows.of(list(answer)).forEach(row -> {
            if (row.path("target-id").asText().equals(target.toString())) {
                rows.add(row);
            }
        });
        if (rows.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "proxy '" + proxy + "' has no target " + target
                            + NearNames.among(target.toString(), answer.findValuesAsText("target-id")));
        }
        show(rows, () -> print(rows));
        return ExitCode.DONE;
    }

    private int checked(JsonNode result) {
        boolean passed = result.path("success").asBoolean();
        String latency = result.path("latency-ms").isNumber()
                ? " in " + result.path("latency-ms").asText() + " ms"
                : "";
        show(
                result,
                () -> out().println((passed ? "passed" : result.path("made").asBoolean() ? "failed" : "not made")
                        + latency + ": " + result.path("message").asText()));
        return passed ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static ArrayNode list(JsonNode health) {
        return JsonNodeFactory.instance.arrayNode().add(health);
    }

    /** Who checks a target stands there where nodes divide that among them. */
    private void print(ArrayNode rows) {
        boolean isShared = false;
        for (JsonNode row : rows) {
            isShared |= !row.path("checked-by").isEmpty();
        }
        print(rows, isShared);
    }

    private void print(ArrayNode rows, boolean isShared) {
        TargetRows.print(
                rows,
                out(),
                isShared ? List.of("HEALTH", "SINCE", "FORCED", "CHECKED BY", "LAST ERROR") : COLUMNS,
                row -> {
                    List<Object> cells = new ArrayList<>(List.of(
                            row.path("status").asText(),
                            NodeStatus.since(row.path("since-ms")),
                            row.path("forced").isBoolean() ? row.path("forced").asBoolean() ? "up" : "down" : "-",
                            row.path("last-error").asText().isEmpty()
                                    ? "-"
                                    : row.path("last-error").asText()));
                    if (isShared) {
                        cells.add(cells.size() - 1, checkers(row));
                    }
                    return cells;
                });
    }

    private static String checkers(JsonNode row) {
        List<String> nodes = new ArrayList<>();
        row.path("checked-by").forEach(node -> nodes.add(node.asText()));
        return nodes.isEmpty() ? row.path("checked-here").asBoolean() ? "this node" : "-" : String.join(", ", nodes);
    }
}
