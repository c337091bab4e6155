package io.weir.failover;

import io.weir.testing.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The server of the drill, a process of its own: descriptors are counted by process. It answers requests, or pushes, as each
 * connection asks at its beginning; and resets one whose bytes are not what they must be.
 */
public final class DrillServer {

    private static final int BACKLOG = 8192;
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(Wire.BEAT_MILLIS);

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Bytes.MOST);
    private final Wheel wheel = new Wheel(System.nanoTime());

    private DrillServer() throws IOException {}

    /** @param arguments ports */
    public static void main(String[] arguments) throws IOException {
        DrillServer server = new DrillServer();
        for (String port : arguments) {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress("::", Integer.parseInt(port)), BACKLOG);
            listener.configureBlocking(false);
            listener.register(server.selector, SelectionKey.OP_ACCEPT);
        }
        System.out.println("listening on " + Arrays.toString(arguments));
        server.serve();
    }

    /** As a process on the backend, on both ports. */
    public static Daemon start(Rack rack) {
        Daemon server = Daemon.start(
                rack.path(Rack.BACKEND),
                Ahead.java(DrillServer.class, String.valueOf(Rack.PORT), String.valueOf(Rack.BACKEND_PORT)));
        server.await(line -> line.startsWith("listening"));
        return server;
    }

    private void serve() throws IOException {
        while (true) {
            selector.select(this::ready, Wheel.pause());
            wheel.turn(System.nanoTime());
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else {
                ((Session) key.attachment()).read();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Session session = new Session(client);
            client.register(selector, SelectionKey.OP_READ, session);
        }
    }

    private final class Session {

        private final SocketChannel client;
        private final ByteBuffer hello = ByteBuffer.allocate(Wire.HELLO);
        private Bytes toServer = Bytes.toServer(0);
        private Bytes toClient = Bytes.toClient(0);
        private long received;
        private long sent;
        private boolean ended;

        Session(SocketChannel client) {
            this.client = client;
        }

        void read() {
            try {
                if (hello.hasRemaining() && !greeted()) {
                    return;
                }
                buffer.clear();
                int count = client.read(buffer);
                if (count < 0) {
                    end();
                } else if (count > 0) {
                    take(buffer.flip());
                }
            } catch (IOException gone) {
                end();
            }
        }

        private boolean greeted() throws IOException {
            if (client.read(hello) < 0) {
                end();
                return false;
            }
            if (hello.hasRemaining()) {
                return false;
            }
            if (!Wire.isHello(hello)) {
                reset();
                return false;
            }
            toServer = Bytes.toServer(Wire.stream(hello));
            toClient = Bytes.toClient(Wire.stream(hello));
            if (Wire.isPush(hello)) {
                push(System.nanoTime());
            }
            return true;
        }

        private void take(ByteBuffer found) throws IOException {
            if (!toServer.are(received, found)) {
                reset();
                return;
            }
            long before = received / Wire.REQUEST;
            received += found.remaining();
            for (long request = before; request < received / Wire.REQUEST; request++) {
                sent += client.write(toClient.at(sent, Wire.RESPONSE));
            }
        }

        private void push(long now) {
            if (ended) {
                return;
            }
            try {
                sent += client.write(toClient.at(sent, Wire.PUSH));
                wheel.at(now + BEAT, this::push);
            } catch (IOException gone) {
                end();
            }
        }

        private void reset() throws IOException {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            end();
        }

        private void end() {
            ended = true;
            try {
                client.close();
            } catch (IOException gone) {
                // it is
            }
        }
    }
}
