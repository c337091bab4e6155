package io.weir.cli;

import picocli.CommandLine.Option;

/** What every verb takes. */
final class CommonOptions {

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more, with stack traces")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help")
    private boolean help;

    boolean verbose() {
        return verbose;
    }
}
