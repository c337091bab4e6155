package io.weir.cli;

import io.weir.model.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data path is meant. */
final class PinOptions {

    @Option(
            names = "--pin-path",
            paramLabel = "DIR",
            description = "Where the data path is pinned (default: /sys/fs/bpf/weir)")
    private @Nullable Path path;

    Path path() {
        return named().orElse(Settings.DEFAULT.pinPath());
    }

    /** Empty if the caller did not say. */
    Optional<Path> named() {
        return Optional.ofNullable(path);
    }
}
