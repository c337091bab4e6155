package io.weir.cluster.link;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where callers come in: each says who he is in time, or goes. */
final class Acceptor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final long PATIENCE_MILLIS = 3000;
    private static final long NO_DESCRIPTORS_MILLIS = 100;
    private static final Duration LETTING_GO = Duration.ofSeconds(2);

    private final ServerSocketChannel server;
    private final Terms terms;
    private final Nonces nonces = new Nonces();
    private final Map<Line, AcceptedConnection> lines = new ConcurrentHashMap<>();
    private volatile Optional<Thread> accepting = Optional.empty();

    /** A peer has one connection of each kind to us. */
    private record Line(UUID boot, LinkKind kind) {}

    Acceptor(ServerSocketChannel server, Terms terms) {
        this.server = server;
        this.terms = terms;
    }

    void open() {
        accepting = Optional.of(Thread.ofVirtual().name("weir-acceptor").start(this::run));
    }

    private void run() {
        queued().forEach(channel -> receive(channel, true));
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                receive(channel, false);
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException noDescriptors) {
                LOG.warn("cluster: cannot take a connection: {}", noDescriptors.getMessage());
                pause();
            }
        }
    }

    /** Who called while the port was there and nobody listened: some of them did not wait. */
    private List<SocketChannel> queued() {
        List<SocketChannel> queued = new ArrayList<>();
        try {
            server.configureBlocking(false);
            try {
                SocketChannel next = server.accept();
                while (next != null) {
                    queued.add(next);
                    next = queued.size() < Links.BACKLOG ? server.accept() : null;
                }
            } finally {
                server.configureBlocking(true);
            }
        } catch (IOException failed) {
            LOG.debug("cluster: who called before cannot be taken: {}", failed.getMessage());
        }
        return queued;
    }

    private static void pause() {
        try {
            Thread.sleep(NO_DESCRIPTORS_MILLIS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(SocketChannel channel, boolean early) {
        Thread.ofVirtual().name("weir-caller").start(() -> talk(channel, early));
    }

    private void talk(SocketChannel channel, boolean early) {
        try (channel) {
            InetAddress from = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            greet(channel, from, early).ifPresent(session -> serve(channel, session));
        } catch (IOException gone) {
            LOG.debug("cluster: a caller is gone: {}", gone.getMessage());
        }
    }

    private Optional<Session> greet(SocketChannel channel, InetAddress from, boolean early) throws IOException {
        Backlog.Caller caller = terms.backlog().enter(from, () -> Dialer.closeQuietly(channel));
        ScheduledFuture<?> deadline = terms.timer()
                .schedule(() -> caller.sendAway(LinkRefusal.TIMED_OUT), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            Session session = terms.handshake()
                    .answer(
                            nonces,
                            new BufferedInputStream(channel.socket().getInputStream(), Dialer.BUFFER_BYTES),
                            new BufferedOutputStream(channel.socket().getOutputStream(), Dialer.BUFFER_BYTES));
            return Optional.of(terms.welcome(session, from));
        } catch (RefusedLinkException refused) {
            refuse(caller.sentAway().orElse(refused.refusal()), from, early);
        } catch (IOException broken) {
            refuse(caller.sentAway().orElse(LinkRefusal.TRUNCATED), from, early);
        } finally {
            deadline.cancel(false);
            terms.backlog().leave(caller);
        }
        return Optional.empty();
    }

    private void refuse(LinkRefusal why, InetAddress from, boolean early) {
        if (early && why == LinkRefusal.TRUNCATED) {
            LOG.debug("cluster: {} called before this node listened, and hung up", LinkRefusals.name(from));
        } else {
            terms.refusals().add(why, LinkRefusals.name(from));
        }
    }

    private void serve(SocketChannel channel, Session session) {
        Line line = new Line(session.peer().boot(), session.kind());
        AcceptedConnection incoming = new AcceptedConnection(channel, session, terms.receiver(), terms.refusals());
        Optional.ofNullable(lines.put(line, incoming)).ifPresent(AcceptedConnection::endAndWait);
        // Its key may have been taken away while it shook hands: from now on forget() would see it.
        if (isOrphaned(incoming, terms.keyring().get())) {
            incoming.end();
        }
        try {
            incoming.serve();
        } finally {
            lines.remove(line, incoming);
        }
    }

    private static boolean isOrphaned(AcceptedConnection incoming, Keyring kept) {
        return incoming.key() != 0 && kept.byId(incoming.key()).isEmpty();
    }

    /** Ends those that began with a key that is gone. */
    void forget(Keyring kept) {
        lines.values().stream().filter(incoming -> isOrphaned(incoming, kept)).forEach(AcceptedConnection::end);
    }

    /** Ends those of a peer. */
    void forget(UUID boot) {
        lines.forEach((line, incoming) -> {
            if (line.boot().equals(boot)) {
                incoming.end();
            }
        });
    }

    /** The port is free when this returns: it is not before the thread that waits on it has let go. */
    @Override
    public void close() throws IOException {
        server.close();
        lines.values().forEach(AcceptedConnection::end);
        try {
            if (accepting.isPresent()) {
                accepting.get().join(LETTING_GO);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
