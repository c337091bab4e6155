package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weir cluster}: the node among its peers. */
@Command(
        name = "cluster",
        description = {
            "Show how the node stands among its peers (status), all nodes of the cluster (nodes), or have it exchange facts"
                    + " with all of them now and wait until connections and facts agree (sync).",
            "",
            "Exit codes: 0 done; 1 sync ended before all agreed, or the node has no cluster; 3 no node answers."
        })
final class ClusterCommand extends NodeVerb {

    private static final List<String> WORDS = List.of("status", "nodes", "sync");

    @Parameters(arity = "0..1", paramLabel = "WHAT", description = "status (default), nodes or sync")
    private String what = WORDS.getFirst();

    ClusterCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    void requireSense() {
        if (!WORDS.contains(what)) {
            throw misuse("'weir cluster' takes status, nodes or sync, not '" + what + "'");
        }
    }

    @Override
    int call(NodeClient node) {
        return switch (what) {
            case "nodes" -> nodes(node);
            case "sync" -> sync(node);
            default -> status(node);
        };
    }

    private int status(NodeClient node) {
        JsonNode status = node.get("cluster/status");
        show(status, () -> print(status));
        return ExitCode.DONE;
    }

    private void print(JsonNode status) {
        if (status.path("status").asText().equals("disabled")) {
            out().println("the node has no cluster: write :cluster {:enabled true} under :settings, and restart it");
            return;
        }
        out().println(status.path("node-id").asText() + " at "
                + status.path("address").asText() + ", " + counted(status.path("nodes")) + " in the cluster");
        if (status.path("trouble").isTextual()) {
            String what = status.path("status").asText().equals("stood-back") ? "it takes no part: " : "alone: ";
            out().println(what + status.path("trouble").asText());
        }
        if (status.path("behind").isTextual()) {
            out().println("not ready: " + status.path("behind").asText());
        }
        if (status.path("insecure").asBoolean()) {
            out().println("insecure: whoever reaches the port can join; write a :keyring-file");
        }
        out().println();
        flows(status.path("sync")).print(out());
        Table refused = new Table("REFUSED OF PEERS", "COUNT");
        boolean any = false;
        for (Map.Entry<String, JsonNode> reason : status.path("refused").properties()) {
            if (reason.getValue().asLong() > 0) {
                any = true;
                refused.row(reason.getKey(), reason.getValue().asLong());
            }
        }
        if (any) {
            out().println();
            refused.print(out());
        }
    }

    /** "2 alive, 1 dead". */
    private static String counted(JsonNode nodes) {
        List<String> parts = new ArrayList<>();
        nodes.properties().forEach(state -> {
            if (state.getValue().asInt() > 0) {
                parts.add(state.getValue().asInt() + " " + state.getKey());
            }
        });
        return String.join(", ", parts);
    }

    private static Table flows(JsonNode sync) {
        Table table = new Table("CONNECTIONS", "COUNT");
        table.row("own, told to peers", sync.path("own").asLong());
        table.row("own, unprotected", sync.path("unprotected").asLong());
        sync.path("shadows-by-owner")
                .properties()
                .forEach(owner -> table.row(
                        "of " + owner.getKey() + ", held ready",
                        owner.getValue().asLong()));
        table.row("taken over", sync.path("promoted").asLong());
        table.row("lag p50, ms", milliseconds(sync.path("lag-p50-ms")));
        table.row("lag p99, ms", milliseconds(sync.path("lag-p99-ms")));
        return table;
    }

    private static String milliseconds(JsonNode time) {
        return String.format(java.util.Locale.ROOT, "%.1f", time.asDouble());
    }

    private int nodes(NodeClient node) {
        JsonNode nodes = node.get("cluster/nodes");
        show(nodes, () -> {
            Table table = new Table("NODE", "STATE", "SINCE", "ADDRESS", "SHADOWS", "IN SYNC");
            nodes.properties().forEach(entry -> {
                JsonNode one = entry.getValue();
                boolean isSelf = one.path("self").asBoolean();
                table.row(
                        entry.getKey(),
                        one.path("state").asText(),
                        NodeStatus.since(one.path("since-ms")),
                        one.path("address").asText(),
                        isSelf ? "-" : one.path("shadows").asText(),
                        isSelf ? "this node" : one.path("in-sync").asBoolean() ? "yes" : "no");
            });
            table.print(out());
        });
        return ExitCode.DONE;
    }

    private int sync(NodeClient node) {
        JsonNode done = node.post("cluster/sync");
        show(done, () -> out().println(done.path("message").asText()));
        return done.path("success").asBoolean() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
