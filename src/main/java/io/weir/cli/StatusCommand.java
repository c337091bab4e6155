package io.weir.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir status}: how the node is; without one, what the data path does. */
@Command(
        name = "status",
        description = {
            "Show how the node is: interfaces, targets with their weights and why they have them, circuits, drains,",
            "and packets that were not plainly forwarded.",
            "",
            "When no node runs here, the pinned data path is read instead, which needs root and says so on stderr."
        })
final class StatusCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final Source source = new Source();

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    StatusCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    /** The JSON of a pinned data path. */
    record PinnedView(
            String source, String pinPath, @JsonUnwrapped StatusView status) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Runnable page = source.read(
                appliance,
                node -> {
                    NodeStatus status = NodeStatus.of(node);
                    return json ? () -> out.println(Json.write(status.json())) : () -> status.print(out);
                },
                path -> {
                    StatusView status = appliance.status(path);
                    return json
                            ? () -> out.println(Json.write(new PinnedView("data-path", path.toString(), status)))
                            : () -> PinnedStatusPage.print(status, out);
                },
                note -> err.println("weir: " + note));
        page.run();
        return ExitCode.DONE;
    }
}
