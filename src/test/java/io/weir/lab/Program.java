package io.weir.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process; what it says is kept, line by line. */
final class Program implements AutoCloseable {

    private final String what;
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Program(String what, Process process, boolean keepsOutput) {
        this.what = what;
        this.process = process;
        Thread reader = Thread.ofVirtual().start(() -> read(process.getErrorStream(), errors));
        this.readers = keepsOutput
                ? List.of(reader, Thread.ofVirtual().start(() -> read(process.getInputStream(), output)))
                : List.of(reader);
    }

    static Program start(String what, List<String> words) {
        return start(what, words, true);
    }

    /** Its output is for the caller: {@link #bytes}. */
    static Program startForBytes(String what, List<String> words) {
        return start(what, words, false);
    }

    private static Program start(String what, List<String> words, boolean keepsOutput) {
        try {
            Process process = new ProcessBuilder(words).start();
            process.getOutputStream().close();
            return new Program(what, process, keepsOutput);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** How it ended, and what it said. */
    record End(int status, List<String> output, List<String> errors) {}

    /** Waits for its end. */
    End end() {
        return end(Await.LONG);
    }

    End end(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(what + " did not end in " + patience + said());
            }
            for (Thread reader : readers) {
                reader.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        return new End(process.exitValue(), List.copyOf(output), List.copyOf(errors));
    }

    /** Waits for its end, which must be a good one; what it printed. */
    List<String> finish() {
        End end = end();
        if (end.status() != 0) {
            throw new AssertionError(what + " ended with " + end.status() + said());
        }
        return end.output();
    }

    /** Waits until it says such a line, on either stream; fails when it ends without. */
    String await(Predicate<String> wanted) {
        return Await.present(what + " says it" + said(), Await.LONG, () -> {
            boolean alive = process.isAlive();
            var found = java.util.stream.Stream.concat(output.stream(), errors.stream())
                    .filter(wanted)
                    .findFirst();
            if (!alive && found.isEmpty() && readers.stream().noneMatch(Thread::isAlive)) {
                throw new AssertionError(what + " ended with " + process.exitValue() + said());
            }
            return found;
        });
    }

    InputStream bytes() {
        return process.getInputStream();
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM; returns when it is gone. */
    End stop() {
        process.destroy();
        return end();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private String said() {
        return "; it said: " + output + " " + errors;
    }

    private static void read(InputStream stream, List<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException closed) {
            // killed: what it said so far is what there is
        }
    }
}
