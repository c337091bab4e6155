package io.weir.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server inside a host, TCP and UDP on one port. It answers each line, or datagram, with its name, the client's address
 * and port as it sees them, and what it was sent.
 */
final class Backend implements AutoCloseable {

    private static final int QUEUE = 4096;

    private final String name;
    private final ServerSocketChannel listener;
    private final DatagramChannel datagrams;
    private volatile boolean resetting;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private Backend(String name, ServerSocketChannel listener, DatagramChannel datagrams) {
        this.name = name;
        this.listener = listener;
        this.datagrams = datagrams;
    }

    /** On every address of the host. */
    static Backend start(Host host, String name, int port) {
        return start(host, name, new InetSocketAddress(port));
    }

    static Backend start(Host host, String name, InetSocketAddress address) {
        Backend backend = host.in(() -> {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(address, QUEUE);
            DatagramChannel datagrams = DatagramChannel.open();
            datagrams.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
            datagrams.bind(address);
            return new Backend(name, listener, datagrams);
        });
        Thread.ofVirtual().start(backend::accept);
        Thread.ofPlatform().daemon().start(backend::echo);
        return host.lab().closes(backend);
    }

    String name() {
        return name;
    }

    /** Whether whoever comes from now on is reset. */
    void resets(boolean all) {
        resetting = all;
    }

    /** Connections clients have not closed. */
    int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                open.add(connection);
                Thread.ofVirtual().start(() -> answer(connection));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void answer(SocketChannel connection) {
        try (connection) {
            if (resetting) {
                connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                return;
            }
            String client = client((InetSocketAddress) connection.getRemoteAddress());
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ByteBuffer answer = StandardCharsets.US_ASCII.encode(name + " " + client + " " + line + "\n");
                while (answer.hasRemaining()) {
                    connection.write(answer);
                }
            }
        } catch (IOException clientLeft) {
            // its business
        } finally {
            open.remove(connection);
        }
    }

    private void echo() {
        ByteBuffer request = ByteBuffer.allocate(65_536);
        try {
            while (true) {
                request.clear();
                InetSocketAddress client = (InetSocketAddress) datagrams.receive(request);
                request.flip();
                byte[] head = (name + " " + client(client) + " ").getBytes(StandardCharsets.US_ASCII);
                ByteBuffer answer = ByteBuffer.allocate(head.length + request.remaining());
                answer.put(head).put(request).flip();
                datagrams.send(answer, client);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static String client(InetSocketAddress address) {
        return literal(address.getAddress()) + " " + address.getPort();
    }

    /** Without zone, and as {@link Conversation} writes its own. */
    static String literal(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    @Override
    public void close() {
        try {
            listener.close();
            datagrams.close();
            for (SocketChannel connection : open) {
                connection.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
