package io.weir.failover;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds connections through load balancers, in a process inside the client's namespace, and checks every byte of them. What
 * befalls them from a {@link #mark} on is told by {@link #survey}.
 */
public final class CheckingClient implements AutoCloseable {

    /** What an answer begins with, unless it says why it could not be done. */
    static final String DONE = "done ";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader answers;

    private CheckingClient(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    public static CheckingClient start(Rack rack) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + rack.path(Rack.CLIENT), "--"));
        words.addAll(Ahead.java(Connections.class));
        try {
            // It ends when its input does.
            return new CheckingClient(new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Opens connections until at least so many live; returns when all have had their first exchange. */
    public void hold(int connections) {
        ask("hold " + connections);
    }

    /** Goes on opening so many new ones a second; 0: no more. */
    public void openEach(int connections) {
        ask("open " + connections);
    }

    /** Something is about to happen. */
    public void mark() {
        ask("mark");
    }

    /** It happened then: what was established by that time is surveyed too. */
    public void struck(Instant time) {
        ask("struck " + time);
    }

    /**
     * Watches for so long, asks those that are silent whether they live, waits for who is behind, and tells.
     *
     * @param patience with those that are behind; who is so after it counts as silent
     */
    public Outcome survey(Duration watch, Duration patience) {
        try {
            return JSON.readValue(ask("survey " + watch + " " + patience), Outcome.class);
        } catch (IOException wrong) {
            throw new UncheckedIOException(wrong);
        }
    }

    private String ask(String order) {
        try {
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String answer = answers.readLine();
            if (answer == null || !answer.startsWith(DONE)) {
                throw new IllegalStateException("the client could not " + order + ": " + answer);
            }
            return answer.substring(DONE.length());
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
