package io.weir.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir detach}: takes the data path off. */
@Command(
        name = "detach",
        description = {
            "Take the data path off and remove its pins; connections through it end.",
            "",
            "Where keepalived moves VIPs, stop it before: connections then go on at the node that has them next."
                    + " On a host that still has them nothing is taken off, with exit code 1."
        })
final class DetachCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final PinOptions pins = new PinOptions();

    @Option(names = "--force", description = "Also on a host that has VIPs by VRRP")
    private boolean force;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    DetachCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        List<String> removed = appliance.detach(pins.path(), force);
        PrintWriter out = spec.commandLine().getOut();
        if (removed.isEmpty()) {
            out.println("nothing is attached under " + pins.path());
        }
        removed.forEach(out::println);
        return ExitCode.DONE;
    }
}
