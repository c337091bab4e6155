package io.weir.failover;

import io.weir.failover.Pair.Side;
import io.weir.testing.BuiltProgram;
import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Weir on a host of a pair, by the example configuration of an HA pair with this host's paths in it. */
public final class WeirBalancer implements Balancer {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("weir.root", "."), "cluster-config").toAbsolutePath();
    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    private final Pair pair;
    private final Side side;
    private final Path pins;
    private final Path file;
    private Optional<Daemon> daemon = Optional.empty();

    /** @param files a directory of this host */
    public WeirBalancer(Pair pair, Side side, Path files) {
        this.pair = pair;
        this.side = side;
        this.pins = BPFFS.resolve(Leftovers.ownName(pair.prefix()) + "-" + side.role());
        this.file = files.resolve("weir.edn");
        try {
            Files.writeString(file, configuration());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String configuration() throws IOException {
        return Files.readString(EXAMPLES.resolve("ha-pair-" + side.role() + ".edn"))
                .replace(":cluster {:enabled true", ":cluster {:enabled false")
                .replace("/run/weir/vrrp", file.resolveSibling("vrrp").toString())
                .replace(":settings\n {", ":settings\n {:pin-path \"" + pins + "\"\n  ");
    }

    public Path pins() {
        return pins;
    }

    @Override
    public void start() {
        daemon = Optional.of(Daemon.start(pair.path(side.role()), BuiltProgram.words("run", "-c", file.toString())));
        daemon.get().await(line -> line.contains(" ready: "));
    }

    /** It has none: the cluster is switched off. */
    @Override
    public void awaitPeer() {}

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
        daemon.ifPresent(Daemon::close);
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + pair.path(side.role()), "--"));
        words.addAll(BuiltProgram.words("detach", "--pin-path", pins.toString()));
        Run.status(words.toArray(String[]::new));
    }
}
