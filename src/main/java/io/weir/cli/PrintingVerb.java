package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A verb that prints what it finds: for people, or as JSON. */
abstract class PrintingVerb implements Callable<Integer> {

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    final boolean isJson() {
        return json;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Says something beside what is printed. */
    final void note(String line) {
        spec.commandLine().getErr().println("weir: " + line);
    }

    /** Prints the one or the other, as the caller wants it. */
    final void show(JsonNode view, Runnable page) {
        if (json) {
            out().println(Json.write(view));
        } else {
            page.run();
        }
    }
}
