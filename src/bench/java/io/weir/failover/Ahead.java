package io.weir.failover;

import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Client and server stand for hosts of their own: on this one they go before what else runs, but never before keepalived. */
final class Ahead {

    /** As {@code nice} counts. */
    static final int NICE = -10;

    private Ahead() {}

    /** The calling thread from now on. */
    static void thisThread() {
        try {
            String thread = String.valueOf(
                    Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
            Run.command("renice", "-n", String.valueOf(NICE), "-p", thread);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
