package io.weir;

import io.weir.cli.Appliance;
import io.weir.cli.CommandFailure;
import io.weir.cli.Configuration;
import io.weir.cli.ConnectionView;
import io.weir.cli.ExitCode;
import io.weir.cli.StatusView;
import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.config.Flags;
import io.weir.model.Desired;
import java.nio.file.Path;
import java.util.List;

/** Puts the rooms together for the verbs of the command line, by hand. */
final class Wiring implements Appliance {

    @Override
    public Configuration load(Path file) {
        try {
            ConfigFile read = ConfigFile.read(file);
            return new Configuration(read.desired(), refusals(read));
        } catch (ConfigException e) {
            throw new CommandFailure(ExitCode.USAGE, e.lines());
        }
    }

    private static List<String> refusals(ConfigFile read) {
        try {
            read.runnable();
            return List.of();
        } catch (ConfigException e) {
            return e.lines();
        }
    }

    @Override
    public Desired fromFlags(List<String> interfaces, int port, String target) {
        try {
            return new Flags(interfaces, port, target, false).desired();
        } catch (ConfigException e) {
            throw new CommandFailure(ExitCode.USAGE, e.lines());
        }
    }

    @Override
    public RunningNode start(Desired desired) {
        throw new CommandFailure(ExitCode.UNSUPPORTED, "this build has no data path");
    }

    @Override
    public List<String> detach(Path pinPath) {
        throw new CommandFailure(ExitCode.UNSUPPORTED, "this build has no data path");
    }

    @Override
    public StatusView status(Path pinPath) {
        throw new CommandFailure(ExitCode.UNSUPPORTED, "this build has no data path");
    }

    @Override
    public List<ConnectionView> connections(Path pinPath, int limit) {
        throw new CommandFailure(ExitCode.UNSUPPORTED, "this build has no data path");
    }
}
