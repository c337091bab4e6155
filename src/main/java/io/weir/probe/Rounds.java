package io.weir.probe;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The thread that begins what a schedule says is due, and the lock under which its owner keeps all that belongs to it.
 * Without {@link #start} there is no thread: a test calls {@link #runOnce} as it moves the clock.
 */
final class Rounds<K> implements AutoCloseable {

    private final String name;
    private final Schedule<K> schedule;
    private final LongSupplier clock;
    private final Consumer<K> begin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    /**
     * @param name of the thread
     * @param clock in nanoseconds
     * @param begin called under the lock; must not wait, and have {@link #done} called in the end
     */
    Rounds(String name, Schedule<K> schedule, LongSupplier clock, Consumer<K> begin) {
        this.name = name;
        this.schedule = schedule;
        this.clock = clock;
        this.begin = begin;
    }

    void start() {
        Thread.ofPlatform().name(name).daemon().start(this::work);
    }

    /** Does something under the lock. */
    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** What there is to do from now on, and how often. */
    void keep(Map<K, Duration> wanted) {
        locked(() -> {
            schedule.keep(wanted, clock.getAsLong());
            changed.signalAll();
        });
    }

    /** Begins one out of its turn, unless it is under way. */
    void beginNow(K key) {
        locked(() -> {
            if (!closed && schedule.begin(key)) {
                begin.accept(key);
            }
        });
    }

    void done(K key) {
        locked(() -> schedule.done(key));
    }

    boolean isClosed() {
        return locked(() -> closed);
    }

    private void work() {
        lock.lock();
        try {
            while (!closed) {
                OptionalLong next = runOnce();
                if (next.isPresent()) {
                    changed.awaitNanos(next.getAsLong() - clock.getAsLong());
                } else {
                    changed.await();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Begins what is due; when there is more to do. */
    OptionalLong runOnce() {
        return locked(() -> {
            if (!closed) {
                schedule.due(clock.getAsLong()).forEach(begin);
            }
            return schedule.next();
        });
    }

    /** Nothing begins after this. */
    @Override
    public void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
        });
    }
}
