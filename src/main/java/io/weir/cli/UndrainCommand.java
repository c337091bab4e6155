package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir undrain}: a drained target serves again. */
@Command(name = "undrain", description = "Give a drained target its weight back")
final class UndrainCommand extends NodeVerb {

    @Parameters(paramLabel = "TARGET", description = "Address and port, as in 10.0.0.1:8080 or [2001:db8::1]:8080")
    private String target = "";

    @Option(names = "--proxy", paramLabel = "NAME", description = "Only there (default: wherever it is drained)")
    private @Nullable String proxy;

    UndrainCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    void requireSense() {
        target(target);
    }

    @Override
    int call(NodeClient node) {
        JsonNode done = node.delete(
                NodeClient.path(NodeClient.path("drains", target), Map.of("proxy", Optional.ofNullable(proxy))));
        show(done, () -> out().println(done.path("message").asText()));
        return ExitCode.DONE;
    }
}
