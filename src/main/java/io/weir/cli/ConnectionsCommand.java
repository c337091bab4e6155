package io.weir.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir connections}: the flow table. */
@Command(
        name = "connections",
        description = {
            "Show the connections in the flow table, those that agree with all of the options.",
            "",
            "When no node runs here, the pinned flow table is read instead, which needs root and says so on stderr."
        })
final class ConnectionsCommand extends PrintingVerb {

    private final Appliance appliance;

    @Mixin
    private final ConnectionOptions wanted = new ConnectionOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Show at most so many (default: 1000)")
    private int limit = 1000;

    @Mixin
    private final Source source = new Source();

    ConnectionsCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--limit is 1 or more, not " + limit);
        }
        var query = wanted.query();
        ArrayNode connections = source.read(
                appliance,
                node -> ConnectionRows.of(node, query, limit),
                path -> {
                    wanted.requirePinned();
                    return ConnectionRows.of(appliance.connections(path, wanted::matches, limit));
                },
                this::note);
        PrintWriter out = out();
        if (isJson()) {
            out.println(Json.write(connections));
            return ExitCode.DONE;
        }
        ConnectionRows.table(connections).print(out);
        if (connections.size() == limit) {
            out.println("the first " + limit + "; --limit shows more");
        }
        return ExitCode.DONE;
    }
}
