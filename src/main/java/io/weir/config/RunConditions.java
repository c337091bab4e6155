package io.weir.config;

import io.weir.model.Cluster;
import io.weir.model.Desired;
import java.util.List;

/** What a right configuration must satisfy before a node runs it. */
final class RunConditions {

    private RunConditions() {}

    static List<ConfigError> violated(Desired desired, Lines lines) {
        Findings findings = new Findings();
        Unimplemented.in(desired, lines).forEach(findings::add);
        sealed(desired.settings().control().cluster(), lines, findings);
        return findings.errors();
    }

    /** The published examples name neither key nor {@code :insecure}: right to check, not safe to run. */
    private static void sealed(Cluster cluster, Lines lines, Findings findings) {
        boolean open = cluster.keyringFile().isEmpty() && !cluster.insecure();
        if (cluster.enabled() && open && !cluster.bindAddress().isLoopback()) {
            String path = "settings.cluster.bind-address";
            findings.add(
                    path,
                    lines.of(path),
                    cluster.bindAddress() + " is reachable by others; without a :keyring-file anyone can join: write"
                            + " one, bind to a loopback address, or say :insecure true");
        }
    }
}
