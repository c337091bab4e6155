package io.weir.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The configuration file of a verb that is about one, named without an option. */
final class FileArgument {

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "Configuration file, as with -c")
    private @Nullable Path file;

    /**
     * The file that is meant.
     *
     * @param option what was said with -c
     * @throws CommandFailure if the two are not one
     */
    Optional<Path> or(@Nullable Path option) {
        if (file != null && option != null && !file.equals(option)) {
            throw new CommandFailure(ExitCode.USAGE, "one configuration at a time: " + file + ", or -c " + option);
        }
        return Optional.ofNullable(file == null ? option : file);
    }
}
