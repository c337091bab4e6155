package io.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir} without a verb runs, as {@code weir run} does. */
@Command(
        name = "weir",
        description = "A layer-4 load balancer: spreads TCP and UDP connections over backends inside the kernel.",
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  weir run -c weir.edn",
            "  weir -i eth0 -p 80 -t 10.0.0.1:8080",
            "  weir check -c weir.edn",
            "",
            "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 no data path or node found, 4 not privileged,"
                    + " or the kernel lacks something."
        })
final class WeirCommand implements Callable<Integer> {

    private static final String HOW_TO_BEGIN = """
            weir: nothing to run: no -c FILE or -i IFACE was given, and there is no config.edn here

              sudo weir demo                   show it, in network namespaces of its own
              weir check FILE                  say what is wrong with a configuration file
              sudo weir run FILE               run it
              sudo weir -i eth0 -p 80 -t 10.0.0.1:8080
                                               run one proxy without a file
              weir --help                      all verbs

            README.md has a first configuration.
            """;

    private final Appliance appliance;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--version", versionHelp = true, description = "Show the version")
    private boolean version;

    @Spec
    private CommandSpec spec;

    WeirCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!options.hasSubject()) {
            spec.commandLine().getErr().print(HOW_TO_BEGIN);
            spec.commandLine().getErr().flush();
            return ExitCode.USAGE;
        }
        return RunCommand.run(appliance, options);
    }
}
