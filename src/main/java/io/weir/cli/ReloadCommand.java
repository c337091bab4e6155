package io.weir.cli;

import io.weir.model.Change;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir reload}: has a running node read its configuration file again, and says how that went. */
@Command(
        name = "reload",
        description = {
            "Have a running weir read its configuration file again, whole or not at all, and say what has changed.",
            "",
            "It is asked by its admin API; where that does not answer, or with --pin-path, by SIGHUP.",
            "",
            "Exit codes: 0 done, or nothing has changed; 1 the kernel or a port refused; 2 the file is no good; 3 no weir"
                    + " runs. With 1 and 2, what ran before goes on."
        })
final class ReloadCommand extends PrintingVerb {

    private final Appliance appliance;

    @Mixin
    private final Source node = new Source();

    ReloadCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() {
        List<Change> changes = node.read(
                appliance,
                client -> ChangesPage.read(client.post("reload")),
                appliance::reload,
                note -> {}); // it is the same reload
        ChangesPage.print(changes, out(), isJson());
        return ExitCode.DONE;
    }
}
