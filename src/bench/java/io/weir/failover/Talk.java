package io.weir.failover;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One connection of the checking client. Of the client's thread. */
final class Talk {

    /** Between two requests of a busy connection. */
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(Wire.BEAT_MILLIS);

    /** An answer is behind when it has taken so long: TCP has sent again by then, more than once. */
    private static final long BEHIND = TimeUnit.SECONDS.toNanos(4);

    /** How a connection spends its time. */
    enum Kind {
        /** A request, its answer, a beat. */
        BUSY,
        /** One request at its beginning, then silence until it is asked whether it lives. */
        IDLE,
        /** The server speaks each beat, the client never again. */
        PUSH,
        /** Opened while things happen; as an idle one, and closed after a while. */
        YOUNG
    }

    /** What all of them share. */
    record Room(Selector selector, Wheel wheel, ByteBuffer buffer) {}

    private final Room room;
    private final Kind kind;
    private final long started;
    private final SocketChannel channel;
    private final long stream;
    private final Bytes toServer;
    private final Bytes toClient;
    private long sent;
    private long received;
    private long established;
    private long asked;
    private long heard;
    private long longest;
    private Optional<String> failure = Optional.empty();
    private boolean ended;

    private Talk(Room room, Kind kind, long stream, SocketChannel channel, long now) {
        this.room = room;
        this.kind = kind;
        this.stream = stream;
        this.toServer = Bytes.toServer(stream);
        this.toClient = Bytes.toClient(stream);
        this.channel = channel;
        this.started = now;
    }

    /** Begins to connect. */
    static Talk open(Room room, Kind kind, long stream, InetSocketAddress from, InetSocketAddress vip, long now) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            Talk talk = new Talk(room, kind, stream, channel, now);
            try {
                channel.bind(from);
                channel.register(room.selector(), SelectionKey.OP_CONNECT, talk);
                channel.connect(vip);
            } catch (IOException refused) {
                talk.fail(refused.getMessage());
            }
            return talk;
        } catch (IOException failed) {
            throw new IllegalStateException("no more connections can be opened here: " + failed.getMessage(), failed);
        }
    }

    void ready(SelectionKey key, long now) {
        try {
            if (key.isConnectable()) {
                if (channel.finishConnect()) {
                    key.interestOps(SelectionKey.OP_READ);
                    established = now;
                    heard = now;
                    send(Wire.hello(kind == Kind.PUSH, stream));
                    if (kind != Kind.PUSH) {
                        ask(now);
                    }
                }
            } else {
                read(now);
            }
        } catch (IOException gone) {
            fail(gone.getMessage());
        }
    }

    /** Asks a request, unless one is unanswered or it has ended. */
    void ask(long now) {
        if (ended || asked != 0) {
            return;
        }
        try {
            asked = now;
            send(toServer.at(sent, Wire.REQUEST));
            sent += Wire.REQUEST;
        } catch (IOException gone) {
            fail(gone.getMessage());
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("no room to send a request, although all before were answered");
        }
    }

    private void read(long now) throws IOException {
        ByteBuffer buffer = room.buffer().clear();
        int count = channel.read(buffer);
        if (count < 0) {
            fail("closed by the server");
        } else if (count > 0) {
            if (!toClient.are(received, buffer.flip())) {
                fail("wrong bytes from place " + received + " on");
                return;
            }
            received += count;
            heard(now);
        }
    }

    private void heard(long now) {
        if (kind == Kind.PUSH) {
            longest = Math.max(longest, now - heard - BEAT);
        } else if (asked != 0 && received % Wire.RESPONSE == 0) {
            longest = Math.max(longest, now - asked);
            asked = 0;
            if (kind == Kind.BUSY) {
                room.wheel().at(now + BEAT, this::ask);
            }
        }
        heard = now;
    }

    private void fail(String why) {
        if (!ended) {
            failure = Optional.of(why);
            end();
        }
    }

    void end() {
        ended = true;
        try {
            channel.close();
        } catch (IOException gone) {
            // it is
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** From now on stalls are measured. */
    void mark() {
        longest = 0;
    }

    /** Whether it has not been heard of since, or waits for something that should have come. */
    boolean isBehind(long since, long now) {
        if (ended) {
            return false;
        }
        return kind == Kind.PUSH
                ? now - heard > BEHIND
                : heard <= since || asked != 0 && now - asked > BEHIND;
    }

    boolean isEstablished() {
        return established != 0 && !ended;
    }

    /** Whether the first exchange is over. */
    boolean isSettled() {
        return isEstablished() && received > 0 && (asked == 0 || received >= Wire.RESPONSE) || hasEnded();
    }

    Kind kind() {
        return kind;
    }

    long started() {
        return started;
    }

    /** 0: not yet, or never. */
    long established() {
        return established;
    }

    /** Nanoseconds. */
    long longest() {
        return longest;
    }

    /** Why it broke; empty: it did not. */
    Optional<String> failure() {
        return failure;
    }
}
