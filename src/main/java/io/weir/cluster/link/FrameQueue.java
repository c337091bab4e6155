package io.weir.cluster.link;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Frames that wait for their connection, bounded in bytes. */
final class FrameQueue {

    /** What a frame takes besides its bytes, so that a crowd of empty ones is bounded, too. */
    private static final int OVERHEAD = 32;

    private final int capacity;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int bytes;
    private boolean nudged;

    FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Whether there is room for it; never waits. An empty queue takes any frame. */
    boolean offer(byte[] frame) {
        lock.lock();
        try {
            int more = frame.length + OVERHEAD;
            if (bytes > 0 && bytes + more > capacity) {
                return false;
            }
            frames.addLast(frame);
            bytes += more;
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next one; empty when none came in this time, or somebody called {@link #nudge}. */
    Optional<byte[]> take(long millis) throws InterruptedException {
        lock.lock();
        try {
            waitFor(millis);
            byte[] frame = frames.pollFirst();
            if (frame != null) {
                bytes -= frame.length + OVERHEAD;
            }
            return Optional.ofNullable(frame);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a frame and leaves it here. */
    boolean await(long millis) throws InterruptedException {
        lock.lock();
        try {
            waitFor(millis);
            return !frames.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void waitFor(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        while (frames.isEmpty() && !nudged && left > 0) {
            left = changed.awaitNanos(left);
        }
        nudged = false;
    }

    /** Has whoever waits look around. */
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Throws away what waits. */
    void clear() {
        lock.lock();
        try {
            frames.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return frames.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
