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
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes connections to peers, within a time. */
final class Dialer {

    static final int PATIENCE_MILLIS = 2000;
    static final int BUFFER_BYTES = 16 << 10;

    private final IpAddress bind;
    private final Supplier<Identity> self;
    private final Supplier<Keyring> keyring;
    private final Refusals refusals;
    private final WaitingRoom room;
    private final Receiver receiver;
    private final ScheduledExecutorService timer;
    private final SecureRandom random = new SecureRandom();

    Dialer(
            IpAddress bind,
            Supplier<Identity> self,
            Supplier<Keyring> keyring,
            Refusals refusals,
            WaitingRoom room,
            Receiver receiver,
            ScheduledExecutorService timer) {
        this.bind = bind;
        this.self = self;
        this.keyring = keyring;
        this.refusals = refusals;
        this.room = room;
        this.receiver = receiver;
        this.timer = timer;
    }

    /** @throws IOException if nobody is there, or nobody good, which is counted */
    Outgoing dial(PeerAddress address, Kind kind) throws IOException {
        InetSocketAddress remote = address.resolve();
        if (remote.isUnresolved()) {
            throw new UnknownHostException(address.host() + " has no address");
        }
        SocketChannel channel = SocketChannel.open();
        ScheduledFuture<?> deadline =
                timer.schedule(() -> closeQuietly(channel), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            IpAddress target = IpAddress.of(remote.getAddress());
            if (!bind.isUnspecified() && bind.family() == target.family()) {
                channel.bind(new InetSocketAddress(bind.toInetAddress(), 0));
            }
            channel.socket().connect(remote, PATIENCE_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Session session = new Handshake(self.get(), keyring.get(), random)
                    .call(
                            kind,
                            new BufferedInputStream(channel.socket().getInputStream(), BUFFER_BYTES),
                            new BufferedOutputStream(channel.socket().getOutputStream(), BUFFER_BYTES));
            if (!deadline.cancel(false)) {
                throw new SocketTimeoutException("no answer in " + PATIENCE_MILLIS + " ms");
            }
            room.know(remote.getAddress());
            receiver.met(session.peer());
            return new Outgoing(channel, session, refusals);
        } catch (RefusedLinkException refused) {
            closeQuietly(channel);
            refusals.add(refused.refusal(), "the node at " + address);
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
