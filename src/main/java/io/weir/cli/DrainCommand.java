package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir drain}: no new connections for a target. */
@Command(
        name = "drain",
        description = {
            "Give a target no new connections; those that are established go on.",
            "",
            "It stays so until 'weir undrain', also when"
                    + " the drain is over: completed with its last connection, or timed out.",
            "",
            "With --wait, exit code 0 says that the last connection has ended, and 1 that the drain timed out or was undone."
                    + " Interrupting the wait does not end the drain.",
            "",
            "Example: weir drain 10.0.0.1:8080 --wait --timeout 300 && ssh 10.0.0.1 reboot"
        })
final class DrainCommand extends NodeVerb {

    private static final int LONGEST_SECONDS = 3600;

    /** How often a wait looks: the node counts connections ten times a second at most. */
    private static final Duration LOOK = Duration.ofMillis(200);

    @Parameters(paramLabel = "TARGET", description = "Address and port, as in 10.0.0.1:8080 or [2001:db8::1]:8080")
    private String target = "";

    @Option(names = "--proxy", paramLabel = "NAME", description = "Only there (default: in every proxy that has it)")
    private @Nullable String proxy;

    @Option(names = "--wait", description = "Return when the drain is over")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "When the drain is over although connections are left (default: as configured)")
    private @Nullable Integer timeout;

    DrainCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    void requireSense() {
        target(target);
        if (timeout != null && (timeout < 1 || timeout > LONGEST_SECONDS)) {
            throw misuse("--timeout is 1 to " + LONGEST_SECONDS + " seconds, not " + timeout);
        }
    }

    @Override
    int call(NodeClient node) {
        Map<String, Object> request = new LinkedHashMap<>(Map.of("target", target));
        if (proxy != null) {
            request.put("proxy", proxy);
        }
        if (timeout != null) {
            request.put("timeout-ms", timeout * 1000L);
        }
        JsonNode begun = mine(node.post("drains", request));
        if (!wait) {
            show(begun, () -> DrainRows.print(begun, out()));
            return ExitCode.DONE;
        }
        if (!isJson()) {
            out().println(target + " gets no new connections; " + DrainRows.left(begun));
        }
        JsonNode ended = await(node, begun);
        show(ended, () -> DrainRows.print(ended, out()));
        return ended.findValuesAsText("status").stream().allMatch("completed"::equals)
                ? ExitCode.DONE
                : ExitCode.FAILED;
    }

    /** The target's drains are listed for all proxies, also those that somebody else began. */
    private JsonNode mine(JsonNode drains) {
        ArrayNode mine = JsonNodeFactory.instance.arrayNode();
        drains.forEach(drain -> {
            if (proxy == null || drain.path("proxy-name").asText().equals(proxy)) {
                mine.add(drain);
            }
        });
        return mine;
    }

    private JsonNode await(NodeClient node, JsonNode begun) {
        JsonNode now = begun;
        while (now.findValuesAsText("status").contains("draining")) {
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.FAILED, "interrupted; the drain goes on", interrupted);
            }
            now = node.find(NodeClient.path("drains", target)).map(this::mine).orElseThrow(this::undone);
        }
        if (now.isEmpty()) {
            throw undone();
        }
        return now;
    }

    private CommandFailure undone() {
        return new CommandFailure(ExitCode.FAILED, "the drain of " + target + " was undone before it was over");
    }
}
