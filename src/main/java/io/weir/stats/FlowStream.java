package io.weir.stats;

import io.weir.model.Feed;
import io.weir.model.Subscription;
import io.weir.stats.FlowEvent.Closed;
import io.weir.stats.FlowEvent.Connection;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one reader of the data path's events: looks every few milliseconds, since the programs wake nobody (that would cost a
 * packet twenty times the event), gives numbers their names and shares the events out.
 */
public final class FlowStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowStream.class);
    private static final long PAUSE_NANOS = 5_000_000L;

    /** Between two looks where somebody waits for what they bring. */
    static final long SHORT_PAUSE_NANOS = 2_000_000L;

    private static final int BATCH = 4096;

    private final EventSource source;
    private final Names names;
    private final Observer first;
    private final long pauseNanos;
    private final Feed<FlowEvent> all = new Feed<>();
    private final Feed<Closed> ends = new Feed<>();
    private final Thread thread;
    private volatile long delivered;
    private volatile boolean closed;

    /** Gets every event, in their order, on the reader's own thread; must not block. */
    public interface Observer {

        /** @param nanos of the monotonic clock, when it was told */
        void seen(FlowEvent event, long nanos);
    }

    /**
     * @param source closed with the stream
     * @param first gets every event on the reader's own thread; must not block
     */
    public FlowStream(EventSource source, Names names, Consumer<FlowEvent> first) {
        this(source, names, (event, _) -> first.accept(event), PAUSE_NANOS);
    }

    /**
     * @param source closed with the stream
     * @param pauseNanos between two looks
     */
    FlowStream(EventSource source, Names names, Observer first, long pauseNanos) {
        this.source = source;
        this.names = names;
        this.first = first;
        this.pauseNanos = pauseNanos;
        this.thread = Thread.ofPlatform().daemon().name("weir-flow-events").unstarted(this::poll);
    }

    /** Begins to read. */
    public FlowStream start() {
        thread.start();
        return this;
    }

    /**
     * All events from now on.
     *
     * @param capacity how many may wait, at least 1
     */
    public Subscription<FlowEvent> subscribe(int capacity) {
        return all.subscribe(capacity);
    }

    /**
     * Connections that end from now on.
     *
     * @param capacity how many may wait, at least 1
     */
    public Subscription<Closed> subscribeToEnds(int capacity) {
        return ends.subscribe(capacity);
    }

    /** Events read since the start. */
    public long delivered() {
        return delivered;
    }

    /** Events the data path had no room for, since it was loaded. */
    public long lost() {
        return source.lost();
    }

    private void poll() {
        while (!closed) {
            try {
                // A full batch means that more are waiting.
                if (turn() < BATCH) {
                    LockSupport.parkNanos(pauseNanos);
                }
            } catch (RuntimeException failed) {
                LOG.warn("flow events could not be read: {}", failed.toString());
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    private int turn() {
        // Both clocks at one moment; the wall clock may have been set since the last look.
        Instant now = Instant.now();
        long nanos = System.nanoTime();
        return source.read(
                event -> deliver(resolve(event, now.plusNanos(event.nanos() - nanos)), event.nanos()), BATCH);
    }

    private void deliver(FlowEvent event, long nanos) {
        delivered++; // by this thread alone
        try {
            first.seen(event, nanos);
        } catch (RuntimeException failed) {
            LOG.warn("a flow event was not taken: {}", failed.toString());
        }
        all.tell(event);
        if (event instanceof Closed closing) {
            ends.tell(closing);
        }
    }

    private FlowEvent resolve(RawEvent event, Instant told) {
        Connection connection = new Connection(
                event.protocol(),
                event.client(),
                event.vip(),
                names.proxy(event.proxy()),
                names.target(event.target()));
        return switch (event.what()) {
            case RawEvent.Opening opening ->
                new FlowEvent.Opened(told, connection, opening.handshake(), opening.promoted(), opening.age());
            case RawEvent.End end ->
                new FlowEvent.Closed(told.minus(end.idle()), connection, end.duration(), end.totals(), end.ending());
        };
    }

    /** No event comes any more; what is still in the buffer stays for the next reader. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return; // the thread may still read: its memory stays
        }
        source.close();
    }
}
