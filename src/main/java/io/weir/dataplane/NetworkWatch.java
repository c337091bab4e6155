package io.weir.dataplane;

import io.weir.libbpf.NetworkChanges;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises {@code settings.generation} when links, routes or neighbours change, so that cached next hops are looked up anew at
 * once and not within a second. The one writer of that field. Changes that come in a burst
 * count once in a tenth of a second. With the node dead, hops are still renewed every second.
 */
final class NetworkWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);
    private static final long BURST_NANOS = 100_000_000L;

    private final NetworkChanges changes = new NetworkChanges();
    private final Runnable changed;
    private final Thread thread;

    /** @param changed called on an own thread after every burst, and once here */
    NetworkWatch(Runnable changed) {
        this.changed = changed;
        changed.run();
        // Inherits the network namespace of the thread that starts it.
        this.thread = Thread.ofPlatform().daemon().name("weir-network-watch").unstarted(this::watch);
        thread.start();
    }

    private void watch() {
        while (changes.await()) {
            try {
                changed.run();
            } catch (RuntimeException failed) {
                LOG.warn("a network change could not be told to the data path: {}", failed.getMessage());
            }
            LockSupport.parkNanos(BURST_NANOS);
        }
        changes.release();
    }

    @Override
    public void close() {
        changes.close();
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
