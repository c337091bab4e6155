package io.weir.cluster.link;

import io.weir.model.IpAddress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Makes connections to peers, within a time. */
final class Dialer {

    static final int PATIENCE_MILLIS = 2000;
    static final int BUFFER_BYTES = 16 << 10;

    private final IpAddress bind;
    private final Terms terms;

    Dialer(IpAddress bind, Terms terms) {
        this.bind = bind;
        this.terms = terms;
    }

    /** @throws IOException if nobody is there, or nobody good, which is counted */
    DialedConnection dial(PeerAddress address, LinkKind kind) throws IOException {
        InetSocketAddress remote = address.resolve();
        if (remote.isUnresolved()) {
            throw new UnknownHostException(address.host() + " has no address");
        }
        SocketChannel channel = SocketChannel.open();
        ScheduledFuture<?> deadline =
                terms.timer().schedule(() -> closeQuietly(channel), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            IpAddress target = IpAddress.of(remote.getAddress());
            if (!bind.isUnspecified() && bind.family() == target.family()) {
                channel.bind(new InetSocketAddress(bind.toInetAddress(), 0));
            }
            channel.socket().connect(remote, PATIENCE_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Session session = terms.handshake()
                    .call(
                            kind,
                            new BufferedInputStream(channel.socket().getInputStream(), BUFFER_BYTES),
                            new BufferedOutputStream(channel.socket().getOutputStream(), BUFFER_BYTES));
            if (!deadline.cancel(false)) {
                throw new SocketTimeoutException("no answer in " + PATIENCE_MILLIS + " ms");
            }
            return new DialedConnection(channel, terms.welcome(session, remote.getAddress()), terms.refusals());
        } catch (RefusedLinkException refused) {
            closeQuietly(channel);
            if (refused.refusal() != LinkRefusal.TRUNCATED) { // who stops, or has no place for us, hangs up
                terms.refusals().add(refused.refusal(), "the node at " + address);
            }
            throw refused;
        } catch (IOException | RuntimeException failed) {
            closeQuietly(channel);
            throw failed;
        } finally {
            deadline.cancel(false);
        }
    }

    /** For people. */
    static String why(IOException failed) {
        return switch (failed) {
            case ConnectException refused ->
                String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
            case ClosedChannelException _ -> "no answer in " + PATIENCE_MILLIS + " ms";
            default -> failed.getMessage() == null ? failed.toString() : failed.getMessage();
        };
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingToDo) {
            // It is gone in any case.
        }
    }
}
