package io.weir.failover;

import io.weir.failover.Rack.Place;
import io.weir.testing.BuiltProgram;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Weir on a host, by the example configuration of an HA pair with this host's paths in it; and with more seeds where there are
 * more hosts.
 */
public final class WeirBalancer implements Balancer {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("weir.root", "."), "cluster-config").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern CLUSTER = Pattern.compile("^lb_(cluster|sync|unprotected|promoted)_");
    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    private final Rack rack;
    private final Place place;
    private final Path pins;
    private final Path file;
    private final Path keyring;
    private Optional<Daemon> daemon = Optional.empty();

    /** @param files a directory of this host */
    public WeirBalancer(Rack rack, Place place, Path files) {
        this.rack = rack;
        this.place = place;
        this.pins = BPFFS.resolve(Leftovers.ownName(rack.prefix()) + "-" + place.role());
        this.file = files.resolve("weir.edn");
        this.keyring = files.resolveSibling("keyring");
        try {
            if (Files.notExists(keyring)) {
                Files.createFile(
                        keyring, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(keyring, HexFormat.of().formatHex(new SecureRandom().generateSeed(32)) + "\n");
            }
            Files.writeString(file, configuration());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String configuration() throws IOException {
        String seeds = rack.others(place).stream()
                .map(other -> "\"" + other.address() + ":7946\"")
                .collect(Collectors.joining(" "));
        Place like = place == Place.THREE ? Place.TWO : place;
        return Files.readString(EXAMPLES.resolve("ha-pair-" + like.role() + ".edn"))
                .replace("\"" + like.role() + "\"", "\"" + place.role() + "\"")
                .replace("\"" + like.address() + "\"", "\"" + place.address() + "\"")
                .replaceAll(":seeds \\[.*]", ":seeds [" + seeds + "]")
                .replace("/etc/weir/keyring", keyring.toString())
                .replace("/run/weir/vrrp", file.resolveSibling("vrrp").toString())
                .replace(":settings\n {", ":settings\n {:pin-path \"" + pins + "\"\n  ");
    }

    public Path pins() {
        return pins;
    }

    @Override
    public void start() {
        daemon = Optional.of(Daemon.start(rack.path(place.role()), BuiltProgram.words("run", "-c", file.toString())));
        daemon.get().await(line -> line.contains(" ready: "));
        await("it is ready", () -> Run.status(EXAMPLES.resolve("weir-ready").toString(), pins.toString()) == 0);
    }

    @Override
    public void awaitPeers(int alive) {
        await("its peers and it are in sync", () -> isInSync(alive));
    }

    private boolean isInSync(int alive) {
        return metrics()
                .containsAll(List.of("lb_cluster_nodes_total{state=\"alive\"} " + alive, "lb_cluster_in_sync 1"));
    }

    /** Milliseconds from a connection's opening until its peers have it: what 99 of 100 in the last minute took no longer than. */
    public double lag99() {
        String name = "lb_sync_lag_seconds{percentile=\"99\"} ";
        return metrics().stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> 1000 * Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Flows of its peer that it has taken over since its data path was loaded. */
    public long promoted() {
        String name = "lb_promoted_connections_total ";
        return metrics().stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    private List<String> metrics() {
        return rack.in(place.role(), "curl -s http://127.0.0.1:9090/metrics || true").lines().toList();
    }

    private void await(String what, BooleanSupplier condition) {
        if (!Until.within(PATIENCE, condition)) {
            throw new IllegalStateException(place.role() + ": waited in vain, " + PATIENCE.toSeconds() + " s, until " + what
                    + "; it says: " + metrics().stream().filter(CLUSTER.asPredicate()).toList());
        }
    }

    @Override
    public List<Long> processes() {
        return daemon.filter(Daemon::isAlive).map(Daemon::processes).orElse(List.of());
    }

    @Override
    public String notifications() {
        return "";
    }

    @Override
    public void close() {
        end();
        detach("--force");
    }

    /** Ends the process alone: its data path goes on. */
    public void end() {
        daemon.ifPresent(Daemon::close);
    }

    /** @return the exit code */
    public int detach(String... options) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + rack.path(place.role()), "--"));
        words.addAll(BuiltProgram.words("detach", "--pin-path", pins.toString()));
        words.addAll(List.of(options));
        return Run.status(words.toArray(String[]::new));
    }
}
