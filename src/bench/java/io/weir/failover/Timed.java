package io.weir.failover;

import io.weir.testing.Run;
import java.nio.file.Path;
import java.time.Instant;

/** What is done at once, however busy the machine is, and when. */
final class Timed {

    private static final long NANOS = 1_000_000_000L;

    private Timed() {}

    /** Runs a shell line in a namespace; when it began. That it fails is for the line to see to. */
    static Instant now(Path namespace, String line) {
        String said = Run.command(
                "nsenter", "--net=" + namespace, "chrt", "--fifo", "10", "sh", "-c", "date +%s%N; " + line);
        long nanos = Long.parseLong(said.lines().findFirst().orElseThrow());
        return Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS);
    }
}
