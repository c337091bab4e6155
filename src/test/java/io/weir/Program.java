package io.weir;

import io.weir.testing.BuiltProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The program in a process of its own, as an operator starts it. */
final class Program implements AutoCloseable {

    /** Far beyond what anything takes on a busy machine: it ends a hang. */
    private static final int DEADLINE_SECONDS = 300;

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private Program(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Starts it behind a command such as {@code nsenter}, or behind none. */
    static Program start(List<String> prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(BuiltProgram.words(arguments));
        return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Inside a network namespace. */
    static Program startIn(String namespace, String... arguments) throws IOException {
        return start(List.of("nsenter", "--net=/run/netns/" + namespace), arguments);
    }

    /** Waits for a text in the output. */
    Program awaitOutput(String text) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        synchronized (output) {
            while (output.indexOf(text) < 0) {
                if (!reader.isAlive() || System.nanoTime() > deadline) {
                    throw new TimeoutException("no '" + text + "' in: " + output);
                }
                TimeUnit.MILLISECONDS.timedWait(output, 100);
            }
        }
        return this;
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException, TimeoutException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("still running, having said: " + output);
        }
        reader.join();
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    String output() {
        return output.toString();
    }

    /** A signal by name, as in {@code HUP}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private void read() {
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.append(line).append('\n');
                    output.notifyAll();
                }
            }
        } catch (IOException closed) {
            // killed
        }
    }
}
