package io.weir.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** A client's TCP connection or UDP socket to a {@link Backend}. Every answer must name the client and repeat the question. */
abstract sealed class Conversation implements AutoCloseable {

    private static final int PATIENCE_MS = 10_000;
    private static final InetAddress ANY = new InetSocketAddress(0).getAddress();

    /** Connects from any address of the host. */
    static Conversation tcp(Host from, String to, int port) throws IOException {
        return tcp(from, ANY, to, port, PATIENCE_MS);
    }

    static Conversation tcp(Host from, InetAddress local, String to, int port, int patienceMs) throws IOException {
        return tcp(from, new InetSocketAddress(local, 0), to, port, patienceMs);
    }

    /** @param local an address and a port of the host; zero is any */
    static Conversation tcp(Host from, InetSocketAddress local, String to, int port, int patienceMs)
            throws IOException {
        SocketChannel channel = from.in(SocketChannel::open);
        try {
            if (!local.getAddress().isAnyLocalAddress() || local.getPort() != 0) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(local);
            }
            channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(to), port), patienceMs);
            channel.socket().setSoTimeout(PATIENCE_MS);
            channel.socket().setTcpNoDelay(true);
            return new Tcp(channel);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    static Conversation udp(Host from, String to, int port) throws IOException {
        return udp(from, ANY, to, port);
    }

    static Conversation udp(Host from, InetAddress local, String to, int port) throws IOException {
        DatagramChannel channel = from.in(DatagramChannel::open);
        if (!local.isAnyLocalAddress()) {
            channel.bind(new InetSocketAddress(local, 0));
        }
        channel.connect(new InetSocketAddress(InetAddress.ofLiteral(to), port));
        return new Udp(channel);
    }

    /** Asks something new; the name of who answered. */
    String ask() throws IOException {
        return ask(Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36));
    }

    /** @return the name of who answered */
    String ask(String question) throws IOException {
        String[] answer = exchange(question).split(" ", 4);
        InetSocketAddress local = local();
        String me = Backend.literal(local.getAddress()) + " " + local.getPort();
        if (answer.length != 4 || !me.equals(answer[1] + " " + answer[2])) {
            throw new AssertionError("the client is " + me + ", but the answer was for " + String.join(" ", answer));
        }
        if (!answer[3].equals(question)) {
            throw new AssertionError("asked " + question + ", answered " + answer[3]);
        }
        return answer[0];
    }

    abstract InetSocketAddress local() throws IOException;

    abstract String exchange(String question) throws IOException;

    @Override
    public abstract void close();

    private static final class Tcp extends Conversation {

        private final SocketChannel channel;
        private final BufferedReader answers;

        Tcp(SocketChannel channel) throws IOException {
            this.channel = channel;
            this.answers = new BufferedReader(
                    new InputStreamReader(channel.socket().getInputStream(), StandardCharsets.US_ASCII), 256);
        }

        @Override
        InetSocketAddress local() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        String exchange(String question) throws IOException {
            channel.socket().getOutputStream().write((question + "\n").getBytes(StandardCharsets.US_ASCII));
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("the server closed without an answer");
            }
            return answer;
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    private static final class Udp extends Conversation {

        private static final int TRY_MS = 1000;
        private static final int TRIES = 8;

        private final DatagramChannel channel;

        Udp(DatagramChannel channel) {
            this.channel = channel;
        }

        @Override
        InetSocketAddress local() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        /** A datagram may be lost: it is sent again, and answers to earlier questions are passed over. */
        @Override
        String exchange(String question) throws IOException {
            byte[] buffer = new byte[65_536];
            channel.socket().setSoTimeout(TRY_MS);
            for (int attempt = 0; attempt < TRIES; attempt++) {
                byte[] bytes = question.getBytes(StandardCharsets.US_ASCII);
                channel.socket().send(new java.net.DatagramPacket(bytes, bytes.length));
                try {
                    String answer;
                    do {
                        var packet = new java.net.DatagramPacket(buffer, buffer.length);
                        channel.socket().receive(packet);
                        answer = new String(buffer, 0, packet.getLength(), StandardCharsets.US_ASCII);
                    } while (!answer.endsWith(" " + question));
                    return answer;
                } catch (SocketTimeoutException lost) {
                    // once more
                }
            }
            throw new IOException("no answer to " + TRIES + " datagrams");
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
