package io.weir.cluster;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes gossip off the thread that answers pings: who works on it may take its time. What finds no room is lost and counted. */
final class GossipQueue implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GossipQueue.class);
    private static final int WAITING = 8192;

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private volatile Consumer<byte[]> consumer = _ -> {};

    GossipQueue() {
        this.thread = Thread.ofVirtual().name("weir-gossip").start(this::run);
    }

    void consumer(Consumer<byte[]> young) {
        consumer = young;
    }

    void offer(byte[] gossip) {
        if (!waiting.offer(gossip)) {
            lost.incrementAndGet();
        }
    }

    long lost() {
        return lost.get();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                byte[] gossip = waiting.take();
                try {
                    consumer.accept(gossip);
                } catch (RuntimeException ours) {
                    LOG.error("cluster: a gossip could not be worked on", ours);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
