package io.weir.cli;

import io.weir.cli.demo.Demo;
import io.weir.cli.demo.DemoFailure;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir demo}. */
@Command(name = "demo", description = "Show it: real connections through network namespaces, in under a minute")
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
        Privileges.require("demo", Privileges.Capability.CAP_SYS_ADMIN);
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        try (Demo demo = new Demo(out)) {
            demo.play();
            return ExitCode.DONE;
        } catch (DemoFailure e) {
            throw new CommandFailure(ExitCode.FAILED, "demo: " + e.getMessage(), e);
        }
    }
}
