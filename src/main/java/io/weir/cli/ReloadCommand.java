package io.weir.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir reload}: has a running node read its configuration file again, and says how that went. */
@Command(name = "reload", description = "Have a running weir read its configuration file again, whole or not at all")
final class ReloadCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final PinOptions pins = new PinOptions();

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    ReloadCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        appliance.reload(pins.path()).forEach(out::println);
        return ExitCode.DONE;
    }
}
