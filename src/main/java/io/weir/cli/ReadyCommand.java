package io.weir.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;

/** {@code weir ready}: for scripts and probes. */
@Command(
        name = "ready",
        description = {
            "Say whether the data path holds all that the node wants of it, and the connections of its peers; needs no key.",
            "",
            "Exit codes: 0 it does, 1 it does not yet (and why), 3 no node answers."
        })
final class ReadyCommand extends NodeVerb {

    ReadyCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    int call(NodeClient node) {
        NodeClient.Readiness readiness = node.ready();
        boolean isReady = readiness.why().isEmpty();
        String why = readiness.why().orElse("");
        show(
                JsonNodeFactory.instance.objectNode().put("ready", isReady).put("why", why),
                () -> out().println(isReady ? "ready" : "not ready: " + why));
        return isReady ? ExitCode.DONE : ExitCode.FAILED;
    }
}
