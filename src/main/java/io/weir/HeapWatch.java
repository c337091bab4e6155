package io.weir;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the process small. The serial collector looks at what has grown old only when there is no room left at all: a heap of
 * 20 MB in use would fill 128 MB and stay so. Packets do not wait for a collection, and it takes less than a tenth of a second.
 */
final class HeapWatch implements AutoCloseable {

    /** Less is never looked at. */
    private static final long SMALL = 32L << 20;

    private static final long LOOK_SECONDS = 5;

    private final Thread thread;

    private HeapWatch(Thread thread) {
        this.thread = thread;
    }

    /** Watches the generation of what has grown old, if the collector has one of its own. */
    static HeapWatch start() {
        Optional<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool ->
                        pool.getType() == MemoryType.HEAP && pool.getName().startsWith("Tenured"))
                .findFirst();
        return new HeapWatch(Thread.ofVirtual().name("heap-watch").start(() -> old.ifPresent(HeapWatch::watch)));
    }

    private static void watch(MemoryPoolMXBean old) {
        long left = 0;
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
                if (isDue(old.getUsage().getUsed(), left)) {
                    System.gc();
                    left = old.getUsage().getUsed();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether at least half of it may be garbage.
     *
     * @param used bytes
     * @param left bytes that the last collection left
     */
    static boolean isDue(long used, long left) {
        return used > SMALL && used > 2 * left;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
