package io.weir;

import io.weir.cli.Appliance;
import io.weir.cli.CommandFailure;
import io.weir.cli.Configuration;
import io.weir.cli.ConnectionView;
import io.weir.cli.ExitCode;
import io.weir.cli.StatusView;
import io.weir.model.Desired;
import java.nio.file.Path;
import java.util.List;

/** Puts the rooms together for the verbs of the command line, by hand. */
final class Wiring implements Appliance {

    @Override
    public Configuration load(Path file) {
        throw new CommandFailure(ExitCode.USAGE, file + ": cannot be read by this build");
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
