package io.weir.config;

import io.weir.model.Cluster;
import io.weir.model.Desired;
import java.util.List;

/** What a right configuration must satisfy before a node runs it. */
public final class RunConditions {

    private RunConditions() {}

    /**
     * Passes on what a node of this version can do; for configurations that were not read from a file.
     *
     * @throws ConfigException with every setting that needs what this version lacks, and every one that is not safe
     */
    public static Desired require(Desired desired) {
        List<ConfigError> refusals = violated(desired, Lines.NONE);
        if (!refusals.isEmpty()) {
            throw new ConfigException("", refusals);
        }
        return desired;
    }

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
