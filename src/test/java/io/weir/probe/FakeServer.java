package io.weir.probe;

import io.weir.model.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;

/** A server on a loopback port that treats every connection in one way, until it is closed. */
final class FakeServer implements AutoCloseable {

    /** What is done with a connection; it is closed afterwards. */
    interface Manner {
        void treat(Socket connection, FakeServer server) throws Exception;
    }

    private final ServerSocket listener;
    private final Manner manner;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private FakeServer(ServerSocket listener, Manner manner) {
        this.listener = listener;
        this.manner = manner;
        Thread.ofVirtual().start(this::accept);
    }

    static FakeServer of(Manner manner) {
        return of("127.0.0.1", manner);
    }

    static FakeServer of(String address, Manner manner) {
        try {
            return new FakeServer(new ServerSocket(0, 50, InetAddress.ofLiteral(address)), manner);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static FakeServer tls(SSLContext context, Manner manner) {
        try {
            return new FakeServer(
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")),
                    manner);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Reads the request, then answers. */
    static Manner answering(String answer) {
        return (connection, server) -> {
            server.readRequest(connection);
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        };
    }

    static String status(int code) {
        return "HTTP/1.1 " + code + " Whatever\r\nContent-Length: 0\r\n\r\n";
    }

    static final Manner SILENT = (connection, server) -> server.closed.await();

    static final Manner RESETTING = (connection, server) -> connection.setSoLinger(true, 0);

    Endpoint endpoint() {
        return Endpoint.of(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    /** Heads of the requests that came. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    void readRequest(Socket connection) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                throw new IOException("the request ended early: " + head);
            }
            head.append((char) next);
        }
        requests.add(head.toString());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> treat(connection));
            } catch (IOException gone) {
                return;
            }
        }
    }

    private void treat(Socket connection) {
        try (connection) {
            manner.treat(connection, this);
        } catch (Exception clientGone) {
            // the client's side is what a test looks at
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
