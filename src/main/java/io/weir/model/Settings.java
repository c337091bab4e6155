package io.weir.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a node; every default is that of the published surface. What the data path is told stands here, what
 * only the control plane acts on stands in {@link ControlPlane}.
 *
 * @param statsEnabled whether flow events and per-flow totals are kept
 * @param timeouts when idle flows end
 * @param maxConnections capacity of the flow table, in connections
 * @param xdpMode how the data path is attached
 * @param replyInterfaces where replies of targets are also caught; empty: found by asking the routing table
 * @param routeLocalnet whether {@code route_localnet} is set; empty: when a target is a loopback address
 * @param pinPath a directory in bpffs that holds maps and links across restarts
 * @param onStop what SIGTERM does
 * @param control the sections of the control plane
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
        ControlPlane control) {

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

    /** Whether flow events and per-flow totals are kept: they are asked for, or the access log needs them. */
    public boolean keepsStatistics() {
        return statsEnabled || control.accessLog().enabled();
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
            ControlPlane.DEFAULT);

    public Settings {
        replyInterfaces = replyInterfaces.map(List::copyOf);
    }

    public Settings withStatsEnabled(boolean enabled) {
        return new Settings(
                enabled, timeouts, maxConnections, xdpMode, replyInterfaces, routeLocalnet, pinPath, onStop, control);
    }

    public Settings withTimeouts(Timeouts other) {
        return new Settings(
                statsEnabled, other, maxConnections, xdpMode, replyInterfaces, routeLocalnet, pinPath, onStop, control);
    }

    public Settings withMaxConnections(int connections) {
        return new Settings(
                statsEnabled, timeouts, connections, xdpMode, replyInterfaces, routeLocalnet, pinPath, onStop, control);
    }

    public Settings withXdpMode(XdpMode mode) {
        return new Settings(
                statsEnabled, timeouts, maxConnections, mode, replyInterfaces, routeLocalnet, pinPath, onStop, control);
    }

    public Settings withReplyInterfaces(Optional<List<String>> names) {
        return new Settings(
                statsEnabled, timeouts, maxConnections, xdpMode, names, routeLocalnet, pinPath, onStop, control);
    }

    public Settings withRouteLocalnet(Optional<Boolean> set) {
        return new Settings(
                statsEnabled, timeouts, maxConnections, xdpMode, replyInterfaces, set, pinPath, onStop, control);
    }

    public Settings withPinPath(Path path) {
        return new Settings(
                statsEnabled, timeouts, maxConnections, xdpMode, replyInterfaces, routeLocalnet, path, onStop, control);
    }

    public Settings withOnStop(OnStop action) {
        return new Settings(
                statsEnabled,
                timeouts,
                maxConnections,
                xdpMode,
                replyInterfaces,
                routeLocalnet,
                pinPath,
                action,
                control);
    }

    public Settings withControl(ControlPlane other) {
        return new Settings(
                statsEnabled,
                timeouts,
                maxConnections,
                xdpMode,
                replyInterfaces,
                routeLocalnet,
                pinPath,
                onStop,
                other);
    }
}
