package io.weir.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a node; every default is that of the published surface. Sections whose feature does not exist yet
 * carry what was written, so that {@code weir run} can refuse them by name.
 *
 * @param statsEnabled whether flow events and per-flow totals are kept
 * @param timeouts when idle flows end
 * @param maxConnections capacity of the flow table, in connections
 * @param xdpMode how the data path is attached
 * @param replyInterfaces where replies of targets are also caught; empty: found by asking the routing table
 * @param routeLocalnet whether {@code route_localnet} is set; empty: when a target is a loopback address
 * @param pinPath a directory in bpffs that holds maps and links across restarts
 * @param onStop what SIGTERM does
 * @param unimplemented settings that were written and whose feature this version lacks: path to line
 */
public record Settings(
        boolean statsEnabled,
        Timeouts timeouts,
        int maxConnections,
        XdpMode xdpMode,
        Optional<List<String>> replyInterfaces,
        Optional<Boolean> routeLocalnet,
        Path pinPath,
        OnStop onStop,
        Map<String, Integer> unimplemented) {

    /** Idle times after which a flow ends. */
    public record Timeouts(Duration established, Duration udp, Duration syn, Duration closing) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(300), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    public enum XdpMode {
        AUTO,
        NATIVE,
        GENERIC,
        TC
    }

    public enum OnStop {
        /** The data path goes on forwarding. */
        KEEP,
        /** The data path is taken off and its pins are removed. */
        DETACH
    }

    public static final Settings DEFAULT = new Settings(
            false,
            Timeouts.DEFAULT,
            100_000,
            XdpMode.AUTO,
            Optional.empty(),
            Optional.empty(),
            Path.of("/sys/fs/bpf/weir"),
            OnStop.KEEP,
            Map.of());

    public Settings {
        replyInterfaces = replyInterfaces.map(List::copyOf);
        unimplemented = Map.copyOf(unimplemented);
    }
}
