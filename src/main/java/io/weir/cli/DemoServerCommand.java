package io.weir.cli;

import io.weir.cli.demo.DemoServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A server of the demo, in a process of its own. */
@Command(name = "demo-server", hidden = true)
final class DemoServerCommand implements Callable<Integer> {

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--port", required = true)
    private int port;

    @Override
    public Integer call() throws IOException {
        new DemoServer(name, port).serve();
        return ExitCode.DONE;
    }
}
