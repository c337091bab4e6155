package io.weir.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir status}: what the data path does, whether or not a node runs. */
@Command(name = "status", description = "Show what the data path does")
final class StatusCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final PinOptions pins = new PinOptions();

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    StatusCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        StatusView status = appliance.status(pins.path());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(status));
        } else {
            print(status, out);
        }
        return ExitCode.DONE;
    }

    private static void print(StatusView status, PrintWriter out) {
        Table interfaces = new Table("INTERFACE", "ATTACHED");
        status.interfaces().forEach(interfaces::row);
        interfaces.print(out);
        out.println();
        Table listeners = new Table("LISTENER", "PROTOCOL", "TARGETS");
        status.listeners()
                .forEach(listener -> listeners.row(listener.address(), listener.protocol(), shares(listener)));
        listeners.print(out);
        out.println();
        Table targets = new Table("TARGET", "ACTIVE", "CONNECTIONS", "BYTES TO", "BYTES FROM");
        status.targets()
                .forEach(target -> targets.row(
                        target.target(),
                        target.active(),
                        target.connections(),
                        target.bytesToTarget(),
                        target.bytesToClient()));
        targets.print(out);
        if (!status.verdicts().isEmpty()) {
            out.println();
            Table verdicts = new Table("NOT PLAINLY FORWARDED", "PACKETS");
            status.verdicts().forEach(verdicts::row);
            verdicts.print(out);
        }
    }

    private static String shares(StatusView.ListenerView listener) {
        return listener.targets().entrySet().stream()
                .map(share -> String.format(Locale.ROOT, "%s %.1f%%", share.getKey(), share.getValue()))
                .collect(Collectors.joining(", "));
    }
}
