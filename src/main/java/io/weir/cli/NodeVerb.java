package io.weir.cli;

import io.weir.model.Endpoint;
import picocli.CommandLine.Mixin;

/** A verb that is carried out by a node which runs. */
abstract class NodeVerb extends PrintingVerb {

    private final Appliance appliance;

    @Mixin
    private final NodeOptions node = new NodeOptions();

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
