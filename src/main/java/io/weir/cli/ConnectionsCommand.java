package io.weir.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir connections}: the flow table. */
@Command(name = "connections", description = "Show the connections in the flow table")
final class ConnectionsCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final PinOptions pins = new PinOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Show at most so many (default: 1000)")
    private int limit = 1000;

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    ConnectionsCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--limit is 1 or more, not " + limit);
        }
        List<ConnectionView> connections = appliance.connections(pins.path(), limit);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(connections));
            return ExitCode.DONE;
        }
        print(connections, out);
        if (connections.size() == limit) {
            out.println("the first " + limit + "; --limit shows more");
        }
        return ExitCode.DONE;
    }

    private static void print(List<ConnectionView> connections, PrintWriter out) {
        boolean counted =
                connections.stream().anyMatch(connection -> !connection.totals().isEmpty());
        Table table = new Table(
                "PROTOCOL",
                "CLIENT",
                "VIP",
                "TARGET",
                "STATE",
                "AGE s",
                "IDLE s",
                counted ? "BYTES TO" : "",
                counted ? "BYTES FROM" : "");
        connections.forEach(connection -> table.row(
                connection.protocol(),
                connection.client(),
                connection.vip(),
                connection.target(),
                connection.state(),
                connection.ageSeconds(),
                connection.idleSeconds(),
                bytes(connection, ConnectionView.BYTES_TO_TARGET),
                bytes(connection, ConnectionView.BYTES_TO_CLIENT)));
        table.print(out);
    }

    private static Object bytes(ConnectionView connection, String direction) {
        return connection.totals().isEmpty() ? "" : connection.totals().getOrDefault(direction, 0L);
    }
}
