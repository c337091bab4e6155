package io.weir.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Somebody's share of a {@link Feed}: news waits here until it is taken. A reader that is too slow loses the newest, which
 * is counted; it never holds up the feed or anybody else.
 */
public final class Subscription<E> implements AutoCloseable {

    private final BlockingQueue<E> waiting;
    private final AtomicLong lost = new AtomicLong();
    private final Consumer<Subscription<E>> end;
    private volatile boolean closed;

    /** @param end told that nothing is wanted any more */
    Subscription(int capacity, Consumer<Subscription<E>> end) {
        this.waiting = new LinkedBlockingQueue<>(capacity);
        this.end = end;
    }

    void offer(E news) {
        if (!closed && !waiting.offer(news)) {
            lost.incrementAndGet();
        }
    }

    /**
     * The next one.
     *
     * @return empty when none came in this time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Optional<E> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** What waits, at most so much; does not wait itself. */
    public List<E> take(int limit) {
        List<E> taken = new ArrayList<>();
        waiting.drainTo(taken, limit);
        return taken;
    }

    /** How much found no room here. */
    public long lost() {
        return lost.get();
    }

    public boolean isClosed() {
        return closed;
    }

    /** Nothing comes any more; what waits can still be taken. */
    @Override
    public void close() {
        closed = true;
        end.accept(this);
    }
}
