package io.weir.cli;

import io.weir.model.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a verb that only shows something reads it: from a node, or else from the pinned data path of this host. */
final class Source {

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Option(
            names = "--pin-path",
            paramLabel = "DIR",
            description = "Read the data path that is pinned there, and ask no node")
    private @Nullable Path pins;

    /** Takes a file that was named without an option for that of the node. @throws CommandFailure if there are two */
    void config(FileArgument argument) {
        node.config(argument);
    }

    /** The file that was named. */
    Optional<Path> config(Appliance appliance) {
        return node.config(appliance);
    }

    /**
     * @param ofNode asks a node
     * @param ofPins reads the pins under a path, when it is named or no node answers
     * @param note told why it was not the node that answered
     */
    <T> T read(Appliance appliance, Function<NodeClient, T> ofNode, Function<Path, T> ofPins, Consumer<String> note) {
        if (pins != null) {
            return ofPins.apply(pins);
        }
        NodeAddress address = NodeAddress.of(node, appliance);
        try (NodeClient client = new NodeClient(address)) {
            return ofNode.apply(client);
        } catch (CommandFailure failed) {
            if (failed.exitCode() != ExitCode.UNREACHABLE || address.isNamed()) {
                throw failed;
            }
            return instead(address.pinPath().orElse(Settings.DEFAULT.pinPath()), failed, ofPins, note);
        }
    }

    private static <T> T instead(Path path, CommandFailure failed, Function<Path, T> ofPins, Consumer<String> note) {
        try {
            T read = ofPins.apply(path);
            note.accept("no node answers; this is what the data path under " + path + " says (" + failed.getMessage()
                    + ")");
            return read;
        } catch (CommandFailure neither) {
            throw neither.exitCode() == ExitCode.UNREACHABLE
                    ? new CommandFailure(ExitCode.UNREACHABLE, failed.getMessage() + "; and " + neither.getMessage())
                    : neither;
        }
    }
}
