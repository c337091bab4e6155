package io.weir.cluster.link;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries frames of one kind to one address: dials, writes what waits, and dials anew when the connection breaks. What waits when
 * it breaks is thrown away: who sends finds out by {@link Watcher#down}, or by having no answer. Never blocks who sends.
 *
 * <p>So that a peer that vanished is noticed although TCP would wait for minutes, the peer is asked twice a second at most, behind
 * what was sent, to answer; without an answer for {@link #SILENCE_MILLIS} the connection is given up.
 */
public final class Carrier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

    static final long SILENCE_MILLIS = 3000;

    /** Without a frame there is nothing to do: any time will do. */
    private static final long LOOK_MILLIS = TimeUnit.DAYS.toMillis(1);

    private static final long ASK_MILLIS = 500;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    /** Told how the connection is. By one thread. */
    public interface Watcher {
        /** Frames are taken from now on. */
        default void up(Identity peer) {}

        /** What was on its way, or waited, may be lost. */
        default void down() {}

        /** Nobody could be reached, or nobody we trust. */
        default void failed(String why) {}
    }

    private final PeerAddress address;
    private final LinkKind kind;
    private final boolean keepsUp;
    private final Dialer dialer;
    private final Watcher watcher;
    private final FrameQueue queue;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean renewing;
    private volatile boolean up;
    private volatile Optional<DialedConnection> current = Optional.empty();
    private volatile long usedNanos = System.nanoTime();
    private volatile Optional<String> failure = Optional.empty();
    private UUID boot = new UUID(0, 0);

    /** @param keepsUp whether it is connected all the time, and takes frames only while it is; otherwise when there is a frame */
    Carrier(PeerAddress address, LinkKind kind, boolean keepsUp, Dialer dialer, Watcher watcher) {
        this.address = address;
        this.kind = kind;
        this.keepsUp = keepsUp;
        this.dialer = dialer;
        this.watcher = watcher;
        this.queue = new FrameQueue(kind.queueBytes());
        this.thread =
                Thread.ofVirtual().name("weir-link-" + kind + "-" + address).start(this::run);
    }

    /** @return false: no room now, or not connected; the frame is not sent */
    public boolean offer(byte[] frame) {
        if (frame.length > kind.frameBytes()) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes; " + kind + " takes " + kind.frameBytes());
        }
        usedNanos = System.nanoTime();
        return !closed && (up || !keepsUp) && queue.offer(frame);
    }

    /** The name of the key that the connection of now began with; empty without one. */
    Optional<Long> key() {
        return current.map(DialedConnection::key);
    }

    /** Why there was no connection, or it broke, the last time; empty: it stands, or was never tried. */
    Optional<String> failure() {
        return failure;
    }

    /** Nobody has sent anything by it for so long. */
    boolean isIdle(long millis) {
        return queue.isEmpty() && System.nanoTime() - usedNanos > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Goes on with a connection that is made with the keys of now; nothing is lost. */
    void renew() {
        renewing = true;
        queue.nudge();
    }

    /** Gives the connection up if its peer does not answer. Called once in a while. */
    void look() {
        current.filter(outgoing -> outgoing.isSilent(SILENCE_MILLIS)).ifPresent(DialedConnection::close);
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (!closed) {
                if (!keepsUp && !queue.await(LOOK_MILLIS)) {
                    continue;
                }
                pause = carried() ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                if (!closed) {
                    Thread.sleep(keepsUp ? pause : FIRST_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            down();
        }
    }

    /** An error of our own ends one connection, and not all that were to come. */
    private boolean carried() throws InterruptedException {
        try {
            return carry();
        } catch (RuntimeException ours) {
            LOG.error("cluster: the {} link to {} is made anew after an error of this node's own", kind, address, ours);
            return false;
        }
    }

    /** One connection, and those that take over from it, until one breaks; whether there was any. */
    private boolean carry() throws InterruptedException {
        boolean connected = false;
        try {
            do {
                renewing = false;
                try (DialedConnection outgoing = dialer.dial(address, kind)) {
                    current = Optional.of(outgoing);
                    failure = Optional.empty();
                    connected = true;
                    up(outgoing.peer());
                    pump(outgoing);
                }
            } while (renewing && !closed);
        } catch (IOException broken) {
            if (!closed) {
                String why = Dialer.why(broken);
                failure = Optional.of(why);
                watcher.failed(why);
            }
        } finally {
            current = Optional.empty();
            down();
        }
        return connected;
    }

    /** Until the connection breaks, or another one is wanted. */
    private void pump(DialedConnection outgoing) throws IOException, InterruptedException {
        while (!closed && !renewing) {
            Optional<byte[]> frame = queue.take(ASK_MILLIS);
            if (frame.isPresent()) {
                outgoing.write(frame.get());
            }
            if (frame.isEmpty() || queue.isEmpty()) {
                outgoing.askAndFlush(ASK_MILLIS);
            }
        }
        outgoing.finish(SILENCE_MILLIS);
    }

    private void up(Identity peer) {
        if (up && !peer.boot().equals(boot)) {
            down();
        }
        if (!up) {
            up = true;
            boot = peer.boot();
            watcher.up(peer);
        }
    }

    private void down() {
        boolean was = up;
        up = false;
        queue.clear();
        if (was) {
            watcher.down();
        }
    }

    /** What waits is not sent any more. */
    @Override
    public void close() {
        closed = true;
        queue.nudge();
        current.ifPresent(DialedConnection::close);
        thread.interrupt();
    }
}
