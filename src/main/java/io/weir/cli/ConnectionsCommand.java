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
        Table table = new Table("PROTOCOL", "CLIENT", "VIP", "TARGET", "STATE", "AGE s", "IDLE s");
        connections.forEach(connection -> table.row(
                connection.protocol(),
                connection.client(),
                connection.vip(),
                connection.target(),
                connection.state(),
                connection.ageSeconds(),
                connection.idleSeconds()));
        table.print(out);
        if (connections.size() == limit) {
            out.println("the first " + limit + "; --limit shows more");
        }
        return ExitCode.DONE;
    }
}
