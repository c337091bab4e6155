package io.weir.cli;

import io.weir.cli.demo.DemoClient;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The client of the demo, in a process of its own. */
@Command(name = "demo-client", hidden = true)
final class DemoClientCommand {

    /** Whom the client talks to. */
    static final class Server {

        @Option(names = "--address", required = true)
        private String address;

        @Option(names = "--port", required = true)
        private int port;

        DemoClient client() {
            return new DemoClient(address, port);
        }

        List<DemoClient> clients() {
            return Stream.of(address.split(","))
                    .map(one -> new DemoClient(one, port))
                    .toList();
        }
    }

    @Command(name = "http")
    int http(@Mixin Server server, @Option(names = "--count", required = true) int count)
            throws IOException, InterruptedException {
        server.client().http(count);
        return ExitCode.DONE;
    }

    @Command(name = "udp")
    int udp(@Mixin Server server, @Option(names = "--count", required = true) int count)
            throws IOException, InterruptedException {
        server.client().udp(count);
        return ExitCode.DONE;
    }

    /** TCP and UDP to all of several addresses. */
    @Command(name = "all")
    int all(@Mixin Server server, @Option(names = "--count", required = true) int count)
            throws IOException, InterruptedException {
        for (DemoClient client : server.clients()) {
            client.http(count);
            client.udp(count);
        }
        return ExitCode.DONE;
    }

    @Command(name = "download")
    int download(
            @Mixin Server server,
            @Option(names = "--bytes", required = true) long bytes,
            @Option(names = "--bytes-per-second", required = true) long bytesPerSecond)
            throws IOException {
        server.client().download(bytes, bytesPerSecond);
        return ExitCode.DONE;
    }
}
