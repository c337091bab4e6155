package io.weir.cli;

import io.weir.model.Desired;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir check}: reads a configuration and says all that is wrong with it. */
@Command(name = "check", description = "Check a configuration file, and change nothing")
final class CheckCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file (default: config.edn)")
    private Path config = Path.of("config.edn");

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    CheckCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        Configuration configuration = appliance.load(config);
        Desired desired = configuration.desired();
        PrintWriter out = spec.commandLine().getOut();
        out.println(config + " is valid: " + Listeners.describe(desired));
        configuration.refusals().forEach(line -> out.println("'weir run' would refuse it: " + line));
        Listeners.warnings(desired).forEach(line -> out.println("warning: " + line));
        return ExitCode.DONE;
    }
}
