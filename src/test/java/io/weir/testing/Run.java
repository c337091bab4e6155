package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the system, run to their end. */
public final class Run {

    private Run() {}

    /** Runs a command that must succeed; what it printed. */
    public static String command(String... words) {
        Result result = run(words);
        if (result.status() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " failed: " + result.output());
        }
        return result.output();
    }

    /** Runs a shell line that must succeed; what it printed. */
    public static String shell(String line) {
        return command("sh", "-ec", line);
    }

    /** Runs a command; its exit status. */
    public static int status(String... words) {
        return run(words).status();
    }

    private record Result(int status, String output) {}

    private static Result run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
