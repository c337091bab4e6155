package io.weir.bench;

import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code ./weir run} in a namespace, as an operator runs it; nothing of it is left when it closes. */
final class WeirProcess implements AutoCloseable {

    static final Path LAUNCHER = Path.of(System.getProperty("weir.root", "."), "weir").toAbsolutePath();
    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    private final Path pins;
    private final String settings;
    private final Path file;
    private final Path namespace;
    private final Daemon daemon;
    private final double startSeconds;

    /**
     * Starts it and waits until it forwards.
     *
     * @param name of its pin path
     * @param proxies EDN of the value of {@code :proxies}
     * @param settings EDN of what stands in {@code :settings} beside the pin path
     */
    WeirProcess(Path namespace, String name, String proxies, String settings) {
        this.namespace = namespace;
        this.pins = BPFFS.resolve(Leftovers.ownName(Bench.NAME) + "-" + name);
        this.settings = settings;
        try {
            this.file = Files.createTempFile(Leftovers.ownName(Bench.NAME) + "-", ".edn");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        write(proxies);
        long start = System.nanoTime();
        this.daemon = Daemon.start(namespace, List.of(LAUNCHER.toString(), "run", "-c", file.toString()));
        try {
            daemon.await(line -> line.contains("ready") || line.contains("forwarding;"));
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
        this.startSeconds = (System.nanoTime() - start) / 1e9;
    }

    /** Puts other proxies into its file; it is not told. */
    void write(String proxies) {
        try {
            Files.writeString(
                    file, "{:proxies " + proxies + "\n :settings {:pin-path \"" + pins + "\" " + settings + "}}\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** From the command to "forwarding". */
    double startSeconds() {
        return startSeconds;
    }

    Path pins() {
        return pins;
    }

    /** Of processor time, all its threads. */
    long spentNanos() {
        return daemon.spent();
    }

    double residentMegabytes() {
        return daemon.residentMegabytes();
    }

    /** Keeps all its threads on a core. */
    void pin(Core core) {
        Run.command("taskset", "-acp", Integer.toString(core.number()), Long.toString(daemon.pid()));
    }

    double anonymousMegabytes() {
        return daemon.anonymousMegabytes();
    }

    @Override
    public void close() {
        daemon.close();
        Run.status("nsenter", "--net=" + namespace, LAUNCHER.toString(), "detach", "--pin-path", pins.toString());
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
