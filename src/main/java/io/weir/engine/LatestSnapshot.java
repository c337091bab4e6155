package io.weir.engine;

import java.time.Duration;

/** The latest snapshot: one posts it, anybody reads it or waits for the next. */
final class LatestSnapshot {

    private volatile Snapshot latest = Snapshot.NONE;

    Snapshot get() {
        return latest;
    }

    /** Those who wait for it go on waiting until they are woken. */
    void post(Snapshot snapshot) {
        latest = snapshot;
    }

    /** Wakes who waits, if only to see that nothing has come. */
    synchronized void wake() {
        notifyAll();
    }

    /** The latest as soon as it is of another generation; the same one when none came, or when woken. */
    synchronized Snapshot awaitAfter(long generation, Duration patience) throws InterruptedException {
        if (latest.generation() == generation) {
            wait(Math.max(1, patience.toMillis()));
        }
        return latest;
    }
}
