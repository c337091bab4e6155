package io.weir;

import io.weir.libbpf.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks the node on a pin path for a reload by SIGHUP, and waits for what its record says of it. */
final class ReloadSignal {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MS = 10;

    private ReloadSignal() {}

    /**
     * @return how it ended; empty: nobody runs on the pin path
     * @throws IllegalStateException if the node ended meanwhile, or does not say how it went
     * @throws io.weir.libbpf.BpfException if this user may not send the signal
     */
    static Optional<ReloadRecord.Entry> send(Path pinPath) throws InterruptedException {
        Optional<ProcessHandle> node = PinLock.holder(pinPath).flatMap(ProcessHandle::of);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (ignoresHangUp(node.get().pid())) {
            throw new IllegalStateException("weir (process " + node.get().pid()
                    + ") ignores SIGHUP, as nohup has it: reload by POST /api/v1/reload, or start it with setsid");
        }
        Path file = ReloadRecord.of(pinPath);
        // Whatever has a higher number begins after this look, and sees the file as it is now.
        long before = number(file);
        Signals.hangUp(node.get().pid());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<ReloadRecord.Entry> entry = ReloadRecord.read(file)
                    .filter(found -> found.number() > before && found.result().isPresent());
            if (entry.isPresent()) {
                return entry;
            }
            if (!node.get().isAlive()) {
                throw new IllegalStateException("weir (process " + node.get().pid() + ") has ended: see its log");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        throw new IllegalStateException(
                "weir (process " + node.get().pid() + ") was told to reload, and has not said in "
                        + PATIENCE.toSeconds() + " s how that went: see its log");
    }

    /** proc(5): SigIgn is a mask in hexadecimal, signal 1 its lowest bit. A JVM keeps to it. */
    private static boolean ignoresHangUp(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> line.strip().matches(".*[13579bdf]"));
        } catch (IOException | UncheckedIOException ended) {
            return false; // it has ended, which is found below
        }
    }

    private static long number(Path file) {
        return ReloadRecord.read(file).map(ReloadRecord.Entry::number).orElse(0L);
    }
}
