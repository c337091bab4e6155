package io.weir.cli;

import io.weir.cli.demo.DemoClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The client of the demo, in a process of its own. */
@Command(name = "demo-client", hidden = true)
final class DemoClientCommand {

    @Command(name = "http")
    int http(
            @Option(names = "--address", required = true) String address,
            @Option(names = "--port", required = true) int port,
            @Option(names = "--count", required = true) int count)
            throws IOException, InterruptedException {
        new DemoClient(address, port).http(count);
        return ExitCode.DONE;
    }

    @Command(name = "udp")
    int udp(
            @Option(names = "--address", required = true) String address,
            @Option(names = "--port", required = true) int port,
            @Option(names = "--count", required = true) int count)
            throws IOException, InterruptedException {
        new DemoClient(address, port).udp(count);
        return ExitCode.DONE;
    }

    @Command(name = "download")
    int download(
            @Option(names = "--address", required = true) String address,
            @Option(names = "--port", required = true) int port,
            @Option(names = "--bytes", required = true) long bytes,
            @Option(names = "--bytes-per-second", required = true) long bytesPerSecond)
            throws IOException {
        new DemoClient(address, port).download(bytes, bytesPerSecond);
        return ExitCode.DONE;
    }
}
