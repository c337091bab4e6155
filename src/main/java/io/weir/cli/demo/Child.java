package io.weir.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process of the demo: this very program with another verb, in a namespace. Its output is read line by line. */
final class Child implements AutoCloseable {

    private static final String END = "\u0000end";
    /** No more than a hang takes this long, on a busy machine too. */
    private static final int DEADLINE_SECONDS = 120;

    private final String what;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private Child(String what, Process process) {
        this.what = what;
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts the program with these arguments inside the namespace. */
    static Child start(String namespace, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
        command.addAll(self());
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new Child(String.join(" ", arguments), process);
        } catch (IOException e) {
            throw new DemoFailure("cannot start nsenter: install the package util-linux", e);
        }
    }

    /** How this process was started, up to the main class: the same Java, options and class path. */
    private static List<String> self() {
        try {
            List<String> words =
                    List.of(Files.readString(Path.of("/proc/self/cmdline")).split("\0"));
            List<String> command = new ArrayList<>(words.subList(0, words.indexOf("io.weir.Main") + 1));
            command.set(0, ProcessHandle.current().info().command().orElse(command.getFirst()));
            return command;
        } catch (IOException e) {
            throw new DemoFailure("cannot read /proc/self/cmdline", e);
        }
    }

    /** Waits for a line; fails with what the process said if it ends first, or takes too long. */
    String await(Predicate<String> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        try {
            while (true) {
                String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null || line.equals(END)) {
                    throw new DemoFailure(
                            "'weir " + what + "' " + (line == null ? "takes too long" : "ended") + said());
                }
                seen.add(line);
                if (wanted.test(line)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted", e);
        }
    }

    /** Waits for its end and returns all it printed; fails if it failed. */
    List<String> finish() {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new DemoFailure("'weir " + what + "' takes too long" + said());
            }
            for (String line = lines.take(); !line.equals(END); line = lines.take()) {
                seen.add(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new DemoFailure("'weir " + what + "' failed" + said());
        }
        return List.copyOf(seen);
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM, and SIGKILL for who does not listen. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private String said() {
        return seen.isEmpty()
                ? ""
                : "; it said: " + String.join(" | ", seen.subList(Math.max(0, seen.size() - 3), seen.size()));
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | java.io.UncheckedIOException closed) {
            // killed: what it said so far is what there is
        }
        lines.add(END);
    }
}
