package io.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir ready}: for scripts and probes. */
@Command(
        name = "ready",
        description = {
            "Say whether the data path holds all that the node wants of it; needs no key.",
            "",
            "Exit codes: 0 it does, 1 it does not yet (and why), 3 no node answers."
        })
final class ReadyCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Option(names = "--json", description = "As JSON: {\"ready\": true, \"why\": \"\"}")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    ReadyCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        try (NodeClient client = new NodeClient(NodeAddress.of(node, appliance))) {
            NodeClient.Readiness readiness = client.ready();
            boolean isReady = readiness.why().isEmpty();
            String why = readiness.why().orElse("");
            spec.commandLine()
                    .getOut()
                    .println(json ? Json.write(new ReadyView(isReady, why)) : isReady ? "ready" : "not ready: " + why);
            return isReady ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** @param why not; empty when it is */
    record ReadyView(boolean ready, String why) {}
}
