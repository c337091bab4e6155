package io.weir.engine;

import io.weir.engine.Event.Command;
import io.weir.engine.Event.Fact;
import io.weir.model.Feed;
import io.weir.model.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The one thread that owns the state: it takes events out of the mailbox, has the {@link Reconciliation} act on them and
 * publishes a {@link Snapshot}. Everyone else sends events. In tests there is no thread: {@link #runOnce} is one turn of the
 * loop.
 *
 * <p>Nothing is written before both a configuration and the interfaces are known: what an earlier process left goes on.
 */
public final class Engine implements AutoCloseable {

    /** The thread looks at the clock at least so often. */
    private static final long LONGEST_WAIT_MS = 1_000;

    private final LongSupplier clock;
    private final Feed<Notice> notices = new Feed<>();
    private final Mailbox mailbox = new Mailbox();
    private final LatestSnapshot published = new LatestSnapshot();

    /** Owned by the thread that runs the loop. */
    private final Reconciliation reconciliation;

    private volatile boolean closed;
    private Optional<Thread> thread = Optional.empty();

    /**
     * @param clock milliseconds that never go back
     */
    public Engine(Dataplane dataplane, ActiveFlows activeFlows, Tallies tallies, LongSupplier clock, Outbox outbox) {
        this.reconciliation = new Reconciliation(
                dataplane, activeFlows, tallies, new Reconciliation.Outlet(published, notices), new PeerMail(outbox));
        this.clock = clock;
    }

    /** Without peers, with the system's monotonic clock. */
    public Engine(Dataplane dataplane, ActiveFlows activeFlows, Tallies tallies) {
        this(dataplane, activeFlows, tallies, Outbox.NONE);
    }

    /** With the system's monotonic clock. */
    public Engine(Dataplane dataplane, ActiveFlows activeFlows, Tallies tallies, Outbox outbox) {
        this(dataplane, activeFlows, tallies, () -> System.nanoTime() / 1_000_000, outbox);
    }

    /**
     * Sends a command; does not block.
     *
     * @return the snapshot in which the data path has it. Fails with {@link RefusedException} when it contradicts what
     *     is there (nothing has changed) or too many wait, with {@link DataplaneException} when the kernel refused: then
     *     it stays wanted and is tried again.
     */
    public CompletableFuture<Snapshot> submit(Command command) {
        return mailbox.put(command);
    }

    /** Tells a fact; does not block and is never refused. */
    public void tell(Fact fact) {
        mailbox.put(fact);
    }

    /** The latest; immutable. */
    public Snapshot snapshot() {
        return published.get();
    }

    /**
     * Waits for a snapshot of another generation.
     *
     * @return the latest, which is of the same when none came in this time or the engine was closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Snapshot awaitAfter(long generation, Duration patience) throws InterruptedException {
        return published.awaitAfter(generation, patience);
    }

    public boolean isClosed() {
        return closed;
    }

    /** Milliseconds of the engine's clock, which the times in snapshots are of. */
    public long now() {
        return clock.getAsLong();
    }

    /** Tells listeners what concerns no target and no map. */
    public void announce(Notice.VipNotice notice) {
        notices.tell(notice);
    }

    /** The same, of another node. */
    public void announce(Notice.MemberNotice notice) {
        notices.tell(notice);
    }

    /** What becomes otherwise with targets from now on. */
    public Subscription<Notice> subscribe(int capacity) {
        return notices.subscribe(capacity);
    }

    /** The same, of one kind only. */
    public <K extends Notice> Subscription<K> subscribe(int capacity, Class<K> kind) {
        return notices.subscribe(capacity, kind);
    }

    /** Runs the loop in a thread of its own until {@link #close}. */
    public synchronized Engine start() {
        if (thread.isEmpty() && !closed) {
            thread =
                    Optional.of(Thread.ofPlatform().name("weir-engine").daemon().start(this::run));
        }
        return this;
    }

    private void run() {
        try {
            while (!closed) {
                mailbox.await(pause(clock.getAsLong()), reconciliation.isReady());
                runOnce(clock.getAsLong());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private long pause(long now) {
        return Math.clamp(Math.max(reconciliation.nextAt(), now) - now, 1, LONGEST_WAIT_MS);
    }

    /**
     * One turn: takes what waits in the mailbox, does what is due.
     *
     * @param now milliseconds of the same clock each time
     * @return how many events it took
     */
    public int runOnce(long now) {
        long generation = published.get().generation();
        int taken = reconciliation.turn(mailbox, now);
        if (published.get().generation() != generation) {
            published.wake(); // after the answers: who only looks on must not take the processor from who waits for one
        }
        return taken;
    }

    /** Ends the loop and refuses what waits; the data path goes on with what it has. */
    @Override
    public void close() {
        closed = true;
        published.wake();
        mailbox.close();
        Optional<Thread> running;
        synchronized (this) {
            running = thread;
        }
        running.filter(loop -> loop != Thread.currentThread()).ifPresent(Engine::join);
    }

    private static void join(Thread loop) {
        try {
            loop.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
