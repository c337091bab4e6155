package io.weir.failover;

import io.weir.failover.Rack.Place;
import io.weir.testing.Daemon;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * keepalived on one host, by the example configuration with this host's paths in it. A third host has the second one's, with
 * a name and a priority of its own: far enough below that it does not start when the second one does.
 */
public final class Keepalived implements AutoCloseable {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("weir.root", "."), "cluster-config").toAbsolutePath();

    private final Rack rack;
    private final Place place;
    private final Path files;
    private Optional<Daemon> daemon = Optional.empty();

    /**
     * @param files a directory of this host
     * @param configuration as {@link #example} makes it
     */
    public Keepalived(Rack rack, Place place, Path files, String configuration) {
        this.rack = rack;
        this.place = place;
        this.files = files;
        try {
            Files.writeString(configuration(), configuration);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The example of a host, asking {@code weir-ready} for a pin path.
     *
     * @param fifo where it tells the roles
     */
    public static String example(Place place, Path pins, Path fifo) {
        return read(place)
                .replace("/usr/local/sbin/weir-ready", EXAMPLES.resolve("weir-ready") + " " + pins)
                .replace("/run/weir/vrrp", fifo.toString());
    }

    /**
     * The example of a host without anything of weir's.
     *
     * @param notifications lines for the sync group
     */
    static String foreign(Place place, String notifications) {
        return read(place)
                .replaceAll("(?m)^ *vrrp_notify_fifo .*$", "")
                .replaceAll("(?s)vrrp_script weir_ready \\{.*?\n\\}", "")
                .replaceAll("(?s) *track_script \\{.*?\\}", notifications);
    }

    private static String read(Place place) {
        try {
            return place == Place.THREE
                    ? Files.readString(EXAMPLES.resolve("keepalived-lb-2.conf"))
                            .replace("router_id lb-2", "router_id lb-3")
                            .replace("priority 253", "priority 200")
                    : Files.readString(EXAMPLES.resolve("keepalived-" + place.role() + ".conf"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path configuration() {
        return files.resolve("keepalived.conf");
    }

    /**
     * Starts it, also after it was killed: what it left then is taken off before. It would tell syslog, too, and where none runs
     * the console, of which a serial one keeps a processor for tens of milliseconds: just when the VIPs move.
     */
    public void start() {
        clean();
        daemon = Optional.of(Daemon.start(
                rack.path(place.role()),
                List.of(
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--log-detail",
                        "--no-syslog",
                        "--vrrp",
                        "--use-file=" + configuration(),
                        "--pid=" + files.resolve("keepalived.pid"),
                        "--vrrp_pid=" + files.resolve("vrrp.pid"))));
        daemon.get().await(line -> line.contains("Startup complete"));
    }

    /** A killed one leaves its addresses, and files with pids that others have by now. */
    private void clean() {
        for (String address : List.of(
                Rack.VIP + "/32 dev eth0",
                Rack.VIP6 + "/128 dev eth0",
                Rack.GATEWAY + "/24 dev eth1",
                Rack.GATEWAY6 + "/64 dev eth1")) {
            rack.in(place.role(), "ip addr del " + address + " 2>/dev/null || true");
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

    /** Its log since it was started. */
    List<String> said() {
        return daemon.map(Daemon::said).orElse(List.of());
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
                "--net=" + rack.path(place.role()),
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
