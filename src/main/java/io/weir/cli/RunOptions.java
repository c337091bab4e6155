package io.weir.cli;

import io.weir.model.Desired;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code run}, with or without the verb: a file, or one proxy by flags. */
final class RunOptions {

    static final Path DEFAULT_CONFIG = Path.of("config.edn");
    private static final int DEFAULT_PORT = 80;
    private static final String DEFAULT_TARGET = "127.0.0.1:8080";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file (default: config.edn)")
    private @Nullable Path config;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IFACE",
            description = "Network interface to listen on, instead of a file; repeatable")
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Listen port, with -i (default: 80)")
    private @Nullable Integer port;

    @Option(
            names = {"-t", "--target"},
            paramLabel = "TARGET",
            description = "Target as ip:port or [v6]:port, with -i (default: 127.0.0.1:8080)")
    private @Nullable String target;

    @Option(
            names = {"-s", "--stats"},
            description = "Keep statistics of every connection")
    private boolean stats;

    @Option(
            names = {"-w", "--watch"},
            description = "Reload whenever the configuration file changes")
    private boolean watch;

    /** Takes a file that was named without an option. @throws CommandFailure if there are two */
    void config(FileArgument argument) {
        config = argument.or(config).orElse(null);
    }

    /** Whether there is something to run: it was named, or the default file is there. */
    boolean hasSubject() {
        return !interfaces.isEmpty()
                || config != null
                || port != null
                || target != null
                || Files.exists(DEFAULT_CONFIG);
    }

    /**
     * What is meant.
     *
     * @throws CommandFailure if it is wrong, or asks for what this version does not do
     */
    RunRequest request(Appliance appliance) {
        Optional<Path> file =
                interfaces.isEmpty() ? Optional.of(config == null ? DEFAULT_CONFIG : config) : Optional.empty();
        Desired desired = file.isPresent() ? fromFile(appliance, file.get()) : fromFlags(appliance);
        return new RunRequest(
                stats ? new Desired(desired.proxies(), desired.settings().withStatsEnabled(true)) : desired,
                file,
                stats,
                watch);
    }

    private Desired fromFile(Appliance appliance, Path file) {
        if (port != null || target != null) {
            throw new CommandFailure(ExitCode.USAGE, "-p and -t describe a proxy on an interface: name it with -i");
        }
        Configuration configuration = appliance.load(file);
        if (!configuration.refusals().isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, configuration.refusals());
        }
        return configuration.desired();
    }

    private Desired fromFlags(Appliance appliance) {
        if (config != null) {
            throw new CommandFailure(ExitCode.USAGE, "-c and -i cannot go together: a file names its own interfaces");
        }
        if (watch) {
            throw new CommandFailure(ExitCode.USAGE, "--watch and -i cannot go together: there is no file to watch");
        }
        return appliance.fromFlags(
                interfaces, port == null ? DEFAULT_PORT : port, target == null ? DEFAULT_TARGET : target);
    }
}
