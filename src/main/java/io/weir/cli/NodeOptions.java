package io.weir.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node a verb talks to. What is not said is taken from the environment, then from the file, then it is the default. */
final class NodeOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Admin API of the node (or WEIR_URL; default: what FILE says, or http://127.0.0.1:8081)")
    private @Nullable String url;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "File that holds the key (or WEIR_KEY_FILE, or the key itself in WEIR_KEY)")
    private @Nullable Path keyFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM certificates to trust for https (or WEIR_CA_FILE)")
    private @Nullable Path caFile;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file of the node: its address, key and certificate (or WEIR_CONFIG)")
    private @Nullable Path config;

    /** Empty strings in the environment count as absent, as scripts leave them. */
    private static Optional<String> said(@Nullable Object option, Appliance appliance, String variable) {
        return option == null
                ? appliance.environment(variable).filter(value -> !value.isBlank())
                : Optional.of(option.toString());
    }

    Optional<String> url(Appliance appliance) {
        return said(url, appliance, "WEIR_URL");
    }

    Optional<Path> keyFile(Appliance appliance) {
        return said(keyFile, appliance, "WEIR_KEY_FILE").map(Path::of);
    }

    /** Only from the environment: what stands on a command line can be read by everybody on the host. */
    Optional<String> key(Appliance appliance) {
        return said(null, appliance, "WEIR_KEY");
    }

    Optional<Path> caFile(Appliance appliance) {
        return said(caFile, appliance, "WEIR_CA_FILE").map(Path::of);
    }

    /** Takes a file that was named without an option for the node's. @throws CommandFailure if there are two */
    void config(FileArgument argument) {
        config = argument.or(config).orElse(null);
    }

    Optional<Path> config(Appliance appliance) {
        return said(config, appliance, "WEIR_CONFIG").map(Path::of);
    }
}
