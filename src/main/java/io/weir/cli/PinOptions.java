package io.weir.cli;

import io.weir.model.Settings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data path is meant. */
final class PinOptions {

    @Option(
            names = "--pin-path",
            paramLabel = "DIR",
            description = "Where the data path is pinned (default: /sys/fs/bpf/weir)")
    private Path path = Settings.DEFAULT.pinPath();

    Path path() {
        return path;
    }
}
