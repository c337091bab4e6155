package io.weir.stats;

import io.weir.model.AccessLog;
import io.weir.model.Subscription;
import io.weir.stats.FlowEvent.Closed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each connection that ended, on a thread of its own. While the disk refuses, lines wait, at most
 * {@code :buffer-size} of them; what finds no room is lost and counted. A refusal is said once, and once that it is over.
 */
final class AccessLogWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);

    private static final int MEGABYTE = 1 << 20;
    private static final int BATCH_LINES = 256;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Subscription<Closed> subscription;
    private final RotatingFile file;
    private final Function<Closed, String> format;
    private final Duration patience;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private List<Closed> pending = List.of();
    private volatile boolean failing;
    private volatile boolean reopen;
    private volatile long written;
    private volatile long failures;
    private volatile long abandoned;

    /** What became of the lines. */
    public record Counts(long written, long lost, long failures) {}

    /** Writes as long as it is not closed. */
    public static AccessLogWriter start(FlowStream stream, AccessLog settings) {
        AccessLogWriter writer = new AccessLogWriter(
                stream.subscribeToEnds(settings.bufferSize()),
                new RotatingFile(settings.path(), (long) settings.maxFileSizeMb() * MEGABYTE, settings.maxFiles()),
                LogFormat.of(settings.format(), ZoneId.systemDefault()),
                LOOK);
        writer.thread.start();
        return writer;
    }

    /** @param patience how long it waits for events at a time */
    AccessLogWriter(
            Subscription<Closed> subscription, RotatingFile file, Function<Closed, String> format, Duration patience) {
        this.subscription = subscription;
        this.file = file;
        this.format = format;
        this.patience = patience;
        this.thread = Thread.ofPlatform().daemon().name("weir-access-log").unstarted(this::write);
    }

    public Counts counts() {
        return new Counts(written, subscription.lost() + abandoned, failures);
    }

    /** Begins with opening the file anew: somebody has moved the old one away. */
    public void reopen() {
        reopen = true;
    }

    private void write() {
        try {
            do {
                turn();
            } while (!stop.await(failing ? RETRY.toMillis() : 0, TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            LOG.warn("access log {}: interrupted, no line is written any more", file.path());
        }
    }

    /** One look at what has come; waits for it. */
    void turn() throws InterruptedException {
        if (pending.isEmpty()) {
            List<Closed> next = new ArrayList<>();
            subscription.next(patience).ifPresent(next::add);
            next.addAll(subscription.take(BATCH_LINES - next.size()));
            pending = next;
        }
        flush();
    }

    private void flush() {
        try {
            if (reopen) {
                reopen = false;
                file.close();
            }
            file.follow();
            if (!pending.isEmpty()) {
                file.append(lines(pending));
                written += pending.size();
                pending = List.of();
                recovered();
            }
        } catch (IOException failed) {
            failures++;
            if (!failing) {
                failing = true;
                LOG.error("access log {}: {}; lines wait, at most :buffer-size of them", file.path(), say(failed));
            }
        }
    }

    private void recovered() {
        if (failing) {
            failing = false;
            LOG.info("access log {}: written again; {} lines were lost in all", file.path(), counts().lost());
        }
    }

    private byte[] lines(List<Closed> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Closed closed : events) {
            bytes.writeBytes((format.apply(closed) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static String say(IOException failed) {
        return failed.getClass().getSimpleName() + " " + failed.getMessage();
    }

    /** Writes what has come, and stops. */
    @Override
    public void close() {
        subscription.close();
        stop.countDown(); // no interrupt: it would close the file in the middle of a line
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return; // the thread may still write
        }
        finish();
        file.close();
    }

    /** What is left is tried once: a disk that refuses now is not waited for. */
    void finish() {
        while (true) {
            if (pending.isEmpty()) {
                pending = subscription.take(BATCH_LINES);
            }
            if (pending.isEmpty()) {
                return;
            }
            flush();
            if (failing) {
                abandoned +=
                        pending.size() + subscription.take(Integer.MAX_VALUE).size();
                return;
            }
        }
    }
}
