package io.weir.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the pinned data path says of itself, for people. */
final class PinnedStatusPage {

    private PinnedStatusPage() {}

    static void print(StatusView status, PrintWriter out) {
        printInterfaces(status, out);
        out.println();
        Table listeners = new Table("LISTENER", "PROTOCOL", "TARGETS");
        status.listeners()
                .forEach(listener -> listeners.row(listener.address(), listener.protocol(), shares(listener)));
        listeners.printWrapped(out);
        out.println();
        Table targets = new Table("TARGET", "ACTIVE", "CONNECTIONS", "BYTES TO", "BYTES FROM");
        status.targets()
                .forEach(target -> targets.row(
                        target.targetId(),
                        target.volume().active(),
                        target.opened(),
                        target.volume().bytesToTarget(),
                        target.volume().bytesToClient()));
        targets.print(out);
        if (!status.verdicts().isEmpty()) {
            out.println();
            Table verdicts = new Table("NOT PLAINLY FORWARDED", "VERDICT", "PACKETS");
            status.verdicts().forEach(of -> verdicts.row(of.reason(), of.verdict(), of.packets()));
            verdicts.print(out);
        }
        if (status.lostFlows() > 0) {
            out.println();
            out.println("expiry has lost sight of " + status.lostFlows()
                    + " connections, which never end: report it, and begin anew with 'weir detach'");
        }
    }

    private static void printInterfaces(StatusView status, PrintWriter out) {
        if (status.interfaces().isEmpty()) {
            out.println("the data path "
                    + status.elsewhere().orElse("is attached to no interface: start it with 'weir run'"));
            return;
        }
        Table interfaces = new Table("INTERFACE", "ATTACHED");
        status.interfaces().forEach(at -> interfaces.row(at.name(), at.mode()));
        interfaces.print(out);
    }

    private static String shares(StatusView.ListenerView listener) {
        return listener.targets().entrySet().stream()
                .map(share -> String.format(Locale.ROOT, "%s %.1f%%", share.getKey(), share.getValue()))
                .collect(Collectors.joining(", "));
    }
}
