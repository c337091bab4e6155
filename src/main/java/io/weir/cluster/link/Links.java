package io.weir.cluster.link;

import io.weir.model.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sealed connections of a node, in and out, on one port. */
public final class Links implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final long LOOK_MILLIS = 500;
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(2);
    static final int BACKLOG = 256;

    private final AtomicReference<Keyring> keyring;
    private final LinkRefusals refusals = new LinkRefusals(System::nanoTime);
    private final Backlog backlog = new Backlog();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("weir-links").factory(), new ThreadPoolExecutor.DiscardPolicy());
    private final ServerSocketChannel server;
    private final Acceptor acceptor;
    private final Dialer dialer;
    private final Map<Route, Carrier> onDemand = new ConcurrentHashMap<>();
    private final List<Carrier> kept = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private record Route(PeerAddress address, LinkKind kind) {}

    /**
     * Has the port from now on, and takes callers from {@link #start} on.
     *
     * @param bind the one address that callers come in by, and calls go out from; unspecified: any of its family
     * @param self who this node is; asked for each connection, because its age goes on
     * @throws IOException if the port cannot be had
     */
    public Links(IpAddress bind, int port, Keyring keyring, Supplier<Identity> self, Receiver receiver)
            throws IOException {
        this.keyring = new AtomicReference<>(keyring);
        this.server = listen(bind, port);
        Terms terms = new Terms(self, this.keyring::get, receiver, refusals, backlog, timer, new SecureRandom());
        this.acceptor = new Acceptor(server, terms);
        this.dialer = new Dialer(bind, terms);
        timer.setRemoveOnCancelPolicy(true);
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes callers from now on. */
    public void start() {
        acceptor.open();
    }

    /** Of the address's own family: an IPv4 socket never takes IPv6 callers. */
    private static ServerSocketChannel listen(IpAddress bind, int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(
                bind.family() == IpAddress.Family.V4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(bind.toInetAddress(), port), BACKLOG);
            return server;
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
    }

    /** Where it listens. */
    public int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /**
     * Sends to an address, over a connection that is made when there is something to send.
     *
     * @return false: there is no room for it now, or all is closed, and it is not sent
     */
    public boolean send(PeerAddress address, LinkKind kind, byte[] frame) {
        return !closed && carrier(address, kind).offer(frame);
    }

    private Carrier carrier(PeerAddress address, LinkKind kind) {
        return onDemand.computeIfAbsent(
                new Route(address, kind),
                _ -> new Carrier(address, kind, false, dialer, new Carrier.Watcher() {
                    @Override
                    public void failed(String why) {
                        LOG.debug("cluster: no {} link to {}: {}", kind, address, why);
                    }
                }));
    }

    /** A connection that is there all the time, until it is closed. */
    public Carrier keep(PeerAddress address, LinkKind kind, Carrier.Watcher watcher) {
        Carrier carrier = new Carrier(address, kind, true, dialer, watcher);
        kept.add(carrier);
        return carrier;
    }

    /** Ends one of {@link #keep}. */
    public void release(Carrier carrier) {
        kept.remove(carrier);
        carrier.close();
    }

    /**
     * Goes on with other keys. Connections that seal with one that is gone are made anew, those that another one would be better
     * for, too; nothing that waits is lost.
     */
    public void use(Keyring young) {
        Keyring old = keyring.getAndSet(young);
        if (!young.prefersAs(old)) {
            carriers().forEach(Carrier::renew);
            acceptor.forget(young);
        }
    }

    /** A node is dead: nothing more comes of it, or goes to it, on connections that there are. */
    public void forget(UUID boot, PeerAddress address) {
        acceptor.forget(boot);
        onDemand.entrySet().removeIf(route -> {
            boolean gone = route.getKey().address().equals(address);
            if (gone) {
                route.getValue().close();
            }
            return gone;
        });
    }

    /** Why what was sent to an address last did not go there; empty: it did, or nothing was sent lately. */
    public Optional<String> failure(PeerAddress address, LinkKind kind) {
        return Optional.ofNullable(onDemand.get(new Route(address, kind))).flatMap(Carrier::failure);
    }

    /** What callers and their frames were refused for, by reason. */
    public long refused(LinkRefusal refusal) {
        return refusals.count(refusal);
    }

    /** Callers who are still to say who they are. */
    int waiting() {
        return backlog.waiting();
    }

    private List<Carrier> carriers() {
        List<Carrier> all = new ArrayList<>(onDemand.values());
        all.addAll(kept);
        return all;
    }

    private void look() {
        carriers().forEach(Carrier::look);
        Set<Map.Entry<Route, Carrier>> routes = onDemand.entrySet();
        routes.removeIf(route -> {
            boolean idle = route.getValue().isIdle(IDLE_MILLIS);
            if (idle) {
                route.getValue().close();
            }
            return idle;
        });
    }

    @Override
    public void close() {
        closed = true;
        try {
            acceptor.close();
        } catch (IOException e) {
            LOG.debug("cluster: the port does not close", e);
        }
        carriers().forEach(Carrier::close);
        timer.shutdownNow();
        backlog.close();
    }
}
