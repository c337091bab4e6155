package io.weir.failover;

import io.weir.failover.Pair.Side;
import io.weir.testing.Daemon;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** keepalived on one host of a pair, by the example configuration with this host's paths in it. */
public final class Keepalived implements AutoCloseable {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("weir.root", "."), "cluster-config").toAbsolutePath();

    private final Pair pair;
    private final Side side;
    private final Path files;
    private Optional<Daemon> daemon = Optional.empty();

    /**
     * @param files a directory of this host
     * @param configuration as {@link #example} makes it
     */
    public Keepalived(Pair pair, Side side, Path files, String configuration) {
        this.pair = pair;
        this.side = side;
        this.files = files;
        try {
            Files.writeString(configuration(), configuration);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The example of a side, asking {@code weir-ready} for a pin path.
     *
     * @param fifo where it tells the roles
     */
    public static String example(Side side, Path pins, Path fifo) {
        return read(side)
                .replace("/usr/local/sbin/weir-ready", EXAMPLES.resolve("weir-ready") + " " + pins)
                .replace("/run/weir/vrrp", fifo.toString());
    }

    /**
     * The example of a side without anything of weir's.
     *
     * @param notifications lines for the sync group
     */
    static String foreign(Side side, String notifications) {
        return read(side)
                .replaceAll("(?m)^ *vrrp_notify_fifo .*$", "")
                .replaceAll("(?s)vrrp_script weir_ready \\{.*?\n\\}", "")
                .replaceAll("(?s) *track_script \\{.*?\\}", notifications);
    }

    private static String read(Side side) {
        try {
            return Files.readString(EXAMPLES.resolve("keepalived-" + side.role() + ".conf"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path configuration() {
        return files.resolve("keepalived.conf");
    }

    /** Starts it, also after it was killed: what it left then is taken off before. */
    public void start() {
        clean();
        daemon = Optional.of(Daemon.start(
                pair.path(side.role()),
                List.of(
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--vrrp",
                        "--use-file=" + configuration(),
                        "--pid=" + files.resolve("keepalived.pid"),
                        "--vrrp_pid=" + files.resolve("vrrp.pid"))));
        daemon.get().await(line -> line.contains("Startup complete"));
    }

    /** A killed one leaves its addresses, and files with pids that others have by now. */
    private void clean() {
        for (String address : List.of(
                Pair.VIP + "/32 dev eth0",
                Pair.VIP6 + "/128 dev eth0",
                Pair.GATEWAY + "/24 dev eth1",
                Pair.GATEWAY6 + "/64 dev eth1")) {
            pair.in(side.role(), "ip addr del " + address + " 2>/dev/null || true");
        }
        for (String file : List.of("keepalived.pid", "vrrp.pid")) {
            try {
                Files.deleteIfExists(files.resolve(file));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** Those that live, children first: a parent whose child ends first would start another. */
    public List<Long> processes() {
        return daemon.filter(Daemon::isAlive).map(Daemon::processes).orElse(List.of());
    }

    /** Waits until it has said so since it was started. */
    public void await(String words) {
        daemon.orElseThrow().await(line -> line.contains(words));
    }

    /** SIGTERM: the peer is told. */
    public void stop() {
        daemon.ifPresent(Daemon::close);
        daemon = Optional.empty();
    }

    /** What keepalived has to say against the configuration. */
    public String test() {
        return Run.command(
                "nsenter",
                "--net=" + pair.path(side.role()),
                "keepalived",
                "--config-test",
                "--vrrp",
                "--use-file=" + configuration());
    }

    @Override
    public void close() {
        stop();
    }
}
