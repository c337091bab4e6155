package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.Endpoint;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A verb that is carried out by a node which runs. */
abstract class NodeVerb implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    NodeVerb(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public final Integer call() {
        requireSense();
        try (NodeClient client = new NodeClient(NodeAddress.of(node, appliance))) {
            return call(client);
        }
    }

    /** @throws CommandFailure if the options contradict each other */
    void requireSense() {}

    /** @return the exit code */
    abstract int call(NodeClient client);

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    boolean isJson() {
        return json;
    }

    /** Prints the one or the other, as the caller wants it. */
    void show(JsonNode view, Runnable page) {
        if (json) {
            out().println(Json.write(view));
        } else {
            page.run();
        }
    }

    /** @throws CommandFailure if it is none */
    static Endpoint target(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException none) {
            throw new CommandFailure(ExitCode.USAGE, none.getMessage() + "; 'weir status' lists the targets", none);
        }
    }

    static CommandFailure misuse(String problem) {
        return new CommandFailure(ExitCode.USAGE, problem);
    }
}
