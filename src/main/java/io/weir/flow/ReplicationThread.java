package io.weir.flow;

import io.weir.model.NodeId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link FlowExchange} on a thread of its own. What others tell waits for it: events up to a bound, beyond which they are
 * lost and all is told anew; frames up to a bound, beyond which the link that brings more waits.
 */
public final class ReplicationThread implements Replication, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationThread.class);

    /** A second of 16,000 connections, 5 MB. */
    private static final int EVENTS = 32_768;

    private static final int FRAMES = 64;

    /** Between two looks at what this node's own flows say, so that neither keeps the other waiting. */
    private static final int FRAMES_A_TURN = 2;

    private static final long PUBLISH_NANOS = 200_000_000L;
    private static final long COMPLAIN_NANOS = 10_000_000_000L;

    private final FlowExchange exchange;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(EVENTS);
    private final BlockingQueue<Arrival> frames = new ArrayBlockingQueue<>(FRAMES);
    private final Queue<LongConsumer> news = new ConcurrentLinkedQueue<>();
    private final List<Event> batch = new ArrayList<>();
    private final Thread thread;
    private volatile boolean waiting;
    private volatile boolean overflown;
    private volatile boolean closed;
    private volatile ReplicationStatus status = ReplicationStatus.NONE;
    private long published;
    private long complained;

    private record Event(boolean open, FlowRecord flow, long at) {}

    private record Arrival(NodeId peer, byte[] frame) {}

    private ReplicationThread(NodeId self, OwnFlows own, Shadows shadows, Duration digests) {
        long now = System.nanoTime();
        this.exchange = new FlowExchange(self, own, shadows, new SecureRandom(), digests.toNanos(), now);
        this.complained = now - COMPLAIN_NANOS;
        this.thread = Thread.ofPlatform().daemon().name("weir-replication").unstarted(this::run);
    }

    /** @param digests between two digests to a peer, {@code :push-pull-interval-ms} */
    public static ReplicationThread start(NodeId self, OwnFlows own, Shadows shadows, Duration digests) {
        ReplicationThread replication = new ReplicationThread(self, own, shadows, digests);
        replication.thread.start();
        return replication;
    }

    /** As it was a fraction of a second ago. */
    public ReplicationStatus status() {
        return status;
    }

    @Override
    public void opened(FlowRecord flow, long at) {
        event(new Event(true, flow, at));
    }

    @Override
    public void closed(FlowRecord flow, long at) {
        event(new Event(false, flow, at));
    }

    private void event(Event event) {
        if (!events.offer(event)) {
            overflown = true;
        }
        wake();
    }

    @Override
    public void up(PeerLink link) {
        tell(now -> exchange.up(link, now));
    }

    @Override
    public void down(NodeId peer) {
        tell(_ -> exchange.down(peer));
    }

    @Override
    public void left(NodeId peer) {
        tell(now -> exchange.left(peer, now));
    }

    @Override
    public void dead(NodeId peer, Set<NodeId> survivors) {
        Set<NodeId> living = Set.copyOf(survivors);
        tell(now -> exchange.dead(peer, living, now));
    }

    @Override
    public void configured() {
        tell(_ -> exchange.configured());
    }

    /**
     * Compares flows with all peers now, and not only when their digests are due. {@link #status} says how it stands.
     *
     * @return when it has begun: no peer is in sync from then on until it has said so
     */
    public CompletableFuture<Void> compareNow() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        tell(now -> {
            exchange.compareNow(now);
            status = exchange.status(now);
            begun.complete(null);
        });
        return begun;
    }

    private void tell(LongConsumer what) {
        news.add(what);
        wake();
    }

    @Override
    public void frame(NodeId peer, byte[] frame) {
        Arrival arrival = new Arrival(peer, frame);
        try {
            while (!closed && !frames.offer(arrival, 100, TimeUnit.MILLISECONDS)) {
                wake();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt(); // whoever reads the link does not want to any more
        }
        wake();
    }

    private void wake() {
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            try {
                turn();
                rest();
            } catch (RuntimeException failed) {
                complain(failed);
            }
        }
    }

    private void turn() {
        boolean changed = false;
        for (LongConsumer next = news.poll(); next != null; next = news.poll()) {
            next.accept(System.nanoTime());
            changed = true;
        }
        events.drainTo(batch);
        for (Event event : batch) {
            if (event.open()) {
                exchange.opened(event.flow(), event.at(), System.nanoTime());
            } else {
                exchange.closed(event.flow(), event.at(), System.nanoTime());
            }
        }
        batch.clear();
        if (overflown) {
            overflown = false;
            exchange.lost(System.nanoTime());
        }
        for (int i = 0; i < FRAMES_A_TURN; i++) {
            Arrival arrival = frames.poll();
            if (arrival != null) {
                exchange.frame(arrival.peer(), arrival.frame(), System.nanoTime());
            }
        }
        long now = System.nanoTime();
        exchange.tick(now);
        if (changed || now - published >= PUBLISH_NANOS) {
            published = now;
            status = exchange.status(now);
        }
    }

    private void rest() {
        waiting = true;
        if (!closed && news.isEmpty() && events.isEmpty() && frames.isEmpty()) {
            long now = System.nanoTime();
            LockSupport.parkNanos(Math.max(exchange.due(now) - now, 0));
        }
        waiting = false;
    }

    /** Whatever it was, what peers were told may be wrong now. */
    private void complain(RuntimeException failed) {
        long now = System.nanoTime();
        if (now - complained >= COMPLAIN_NANOS) {
            complained = now;
            LOG.warn("replication of flows: {}; all flows are told anew", failed.toString(), failed);
        }
        batch.clear();
        overflown = true;
        LockSupport.parkNanos(PUBLISH_NANOS); // it may fail again at once
    }

    /** Nothing is told or held any more; shadows stay. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
