package io.weir.cli;

import io.weir.model.Change;
import io.weir.model.Desired;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir check}: reads a configuration and says all that is wrong with it. */
@Command(
        name = "check",
        description = {
            "Check a configuration file, and change nothing.",
            "",
            "What this host lacks for it is a warning: the file may be meant for another.",
            "",
            "With --diff, also say what a reload with it would change of the weir that runs: a line a value, as in"
                    + " proxies[web].default-target[10.0.0.1:80].weight: 50 -> 30. It is asked by its admin API; where"
                    + " that does not answer, or with --pin-path, what it has read last is compared.",
            "",
            "Exit codes: 0 the file is valid, whatever it changes; 2 it is not; 3 --diff, and no weir runs."
        })
final class CheckCommand extends PrintingVerb {

    private final Appliance appliance;

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final FileArgument file = new FileArgument();

    @Option(names = "--diff", description = "Say what a reload would change")
    private boolean diff;

    CheckCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        source.config(file);
        Path config = source.config(appliance).orElse(RunOptions.DEFAULT_CONFIG);
        Configuration configuration = appliance.load(config);
        Desired desired = configuration.desired();
        PrintWriter out = out();
        boolean json = isJson();
        if (json && !diff) {
            throw new CommandFailure(ExitCode.USAGE, "--json goes with --diff");
        }
        if (!json) {
            out.println(config + " is valid: " + Listeners.describe(desired));
            configuration.refusals().forEach(line -> out.println("'weir run' would refuse it: " + line));
            appliance.lacking(desired).forEach(line -> out.println("warning: on this host: " + line));
            Listeners.warnings(desired).forEach(line -> out.println("warning: " + line));
        }
        if (diff) {
            ChangesPage.print(changes(desired), out, json);
        }
        return ExitCode.DONE;
    }

    private List<Change> changes(Desired desired) {
        return source.read(
                appliance,
                node -> appliance.difference(Json.map(node.get("config")), desired),
                pinPath -> appliance.difference(pinPath, desired),
                this::note);
    }
}
