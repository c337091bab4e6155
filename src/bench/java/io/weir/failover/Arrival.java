package io.weir.failover;

import io.weir.failover.Pair.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** When the VIP comes to a host: the kernel says it, and nobody asks again and again. */
final class Arrival implements AutoCloseable {

    private final Process monitor;
    private final CompletableFuture<Long> arrived = new CompletableFuture<>();

    private Arrival(Process monitor) {
        this.monitor = monitor;
        Thread.ofVirtual().start(this::read);
    }

    /** Begins to listen. */
    static Arrival at(Pair pair, Side side) {
        try {
            return new Arrival(new ProcessBuilder(
                            "nsenter", "--net=" + pair.path(side.role()), "ip", "-o", "monitor", "address")
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(" " + Pair.VIP + "/") && !line.startsWith("Deleted")) {
                    arrived.complete(System.nanoTime());
                }
            }
        } catch (IOException closed) {
            arrived.completeExceptionally(closed);
        }
    }

    /** Milliseconds from a time of {@link System#nanoTime}. */
    double since(long start, Duration patience) {
        try {
            return (arrived.get(patience.toMillis(), TimeUnit.MILLISECONDS) - start) / 1e6;
        } catch (TimeoutException never) {
            throw new IllegalStateException("the VIP did not move within " + patience.toSeconds() + " s", never);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        monitor.destroy();
    }
}
