package io.weir.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir status}: how the node is; without one, what the data path does. */
@Command(
        name = "status",
        description = {
            "Show how the node is: interfaces, targets with their weights and why they have them, circuits, drains, and"
                    + " packets that were not plainly forwarded.",
            "",
            "When no node runs here, the pinned data path is read instead, which needs root and says so on stderr."
        })
final class StatusCommand extends PrintingVerb {

    private final Appliance appliance;

    @Mixin
    private final Source source = new Source();

    StatusCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    /** The JSON of a pinned data path. */
    record PinnedView(
            String source,
            String pinPath,
            @Nullable String elsewhere,
            @JsonUnwrapped StatusView status) {

        static PinnedView of(Path pinPath, StatusView status) {
            return new PinnedView(
                    "data-path", pinPath.toString(), status.elsewhere().orElse(null), status);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = out();
        boolean json = isJson();
        Runnable page = source.read(
                appliance,
                node -> {
                    NodeStatus status = NodeStatus.of(node);
                    return json ? () -> out.println(Json.write(status.json())) : () -> status.print(out);
                },
                path -> {
                    StatusView status = appliance.status(path);
                    return json
                            ? () -> out.println(Json.write(PinnedView.of(path, status)))
                            : () -> PinnedStatusPage.print(status, out);
                },
                this::note);
        page.run();
        return ExitCode.DONE;
    }
}
