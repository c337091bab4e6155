package io.weir;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.weir.engine.Snapshot;
import io.weir.libbpf.Pins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in a file whether this host may have the VIPs: {@code ready}, or {@code not-ready} and why. Whoever asks each second
 * reads it without starting a JVM ({@code weir-ready}), and also while none runs: the file stays as it was when the node
 * ends, however it ends, because the data path goes on. Two things count: that the data path is attached where the listeners
 * are, and that the node was in sync with its peers once since the data path was put there. A node that starts again over a
 * data path that forwards stays ready, for it carries its connections itself.
 */
final class ReadyFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyFile.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final String READY = "ready";

    private final Path file;
    private final Supplier<Snapshot> snapshots;
    private final Supplier<Optional<String>> outOfSync;
    private final Thread thread;
    private boolean wasInSync;
    private boolean failing;
    private String written;

    /** @param outOfSync why the node is not in sync with its peers; empty: it is */
    ReadyFile(Path pinPath, Supplier<Snapshot> snapshots, Supplier<Optional<String>> outOfSync) {
        this.file = of(pinPath);
        this.snapshots = snapshots;
        this.outOfSync = outOfSync;
        this.written = firstLine(file);
        this.wasInSync = written.equals(READY);
        look();
        this.thread = Thread.ofVirtual().name("weir-ready").start(this::run);
    }

    /** Named by the pin path, as a shell script can, too. */
    static Path of(Path pinPath) {
        String name = Pins.canonical(pinPath).toString().substring(1).replace("/", "%2f");
        return PinLock.directory().resolve("ready").resolve(name);
    }

    /** Whether the data path that is there was in sync with the peers once. */
    static boolean saysReady(Path pinPath) {
        return firstLine(of(pinPath)).equals(READY);
    }

    /** Nothing is attached any more. */
    static void remove(Path pinPath) {
        try {
            Files.deleteIfExists(of(pinPath));
        } catch (IOException e) {
            LOG.warn("{} stays, although no data path is there any more: {}", of(pinPath), e.toString());
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                lookAgain();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the file says stands until it can be found out again; it is told once. */
    private void lookAgain() {
        try {
            look();
            failing = false;
        } catch (RuntimeException broken) {
            if (!failing) {
                LOG.error(
                        "{} stays as it is: whether this host is ready for the VIPs cannot be found out", file, broken);
            }
            failing = true;
        }
    }

    private void look() {
        Optional<String> why = whyNot();
        String text =
                why.map(reason -> "not-ready " + reason.replaceAll("\\s+", " ")).orElse(READY);
        if (!text.equals(written)) {
            write(text);
            why.ifPresentOrElse(
                    reason -> LOG.warn("this host is not ready for the VIPs: {}", reason),
                    () -> LOG.info("this host is ready for the VIPs"));
        }
    }

    private Optional<String> whyNot() {
        Optional<String> detached = detached(snapshots.get());
        if (detached.isPresent() || wasInSync) {
            return detached;
        }
        Optional<String> behind = outOfSync.get();
        wasInSync = behind.isEmpty();
        return behind;
    }

    private static Optional<String> detached(Snapshot snapshot) {
        if (snapshot.settings().isEmpty()) {
            return Optional.of("no configuration is applied yet");
        }
        return LoadBalancer.listening(snapshot)
                .filter(hook -> hook.attached().isEmpty())
                .map(hook -> "the data path is not attached to " + hook.interfaceName() + ": " + hook.why())
                .findFirst();
    }

    /** Empty if nothing can be read. */
    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException none) {
            return "";
        }
    }

    private void write(String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path young = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text + "\n");
            Files.move(young, file, ATOMIC_MOVE);
            written = text;
        } catch (IOException e) {
            LOG.warn("cannot write to {} whether this host is ready: {}", file, e.toString());
        }
    }

    /** The file stays. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
