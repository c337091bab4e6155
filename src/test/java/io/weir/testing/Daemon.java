package io.weir.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A process in a namespace that runs until it is closed. */
public final class Daemon implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Daemon(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    public static Daemon start(Path namespace, List<String> words) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + namespace, "--"));
        all.addAll(words);
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
            return new Daemon(process);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** It and what it has started, the youngest first: whoever ends them in this order is faster than their parent. */
    public List<Long> processes() {
        List<Long> all = new ArrayList<>(List.of(pid()));
        process.descendants().map(ProcessHandle::pid).forEach(all::add);
        return all.reversed();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All lines so far. */
    public List<String> said() {
        return List.copyOf(said);
    }

    /** Waits for its end. */
    public void join() {
        process.onExit().join();
    }

    /** Nanoseconds it has been running, all its threads. */
    public long spent() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            long sum = 0;
            for (Path thread : threads.toList()) {
                sum += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ")[0]);
            }
            return sum;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Megabytes it has in memory. */
    public double residentMegabytes() {
        return megabytes("VmRSS:");
    }

    /** Megabytes of it that are neither a file's nor shared. */
    public double anonymousMegabytes() {
        return megabytes("RssAnon:");
    }

    private double megabytes(String key) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Waits for a line, and returns it; throws with all it said if it ends, or says nothing of the kind for long. */
    public String await(Predicate<String> line) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Optional<String> found = said.stream().filter(line).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (!process.isAlive() && !reader.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("it did not say what was awaited, but: " + said);
            }
            pause();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException closed) {
            // ended: what it said so far is what there is
        }
    }
}
