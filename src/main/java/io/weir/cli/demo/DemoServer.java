package io.weir.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A server of the demo: answers HTTP and UDP on one port, both families, with its name and the client it sees.
 * {@code GET /download/BYTES/BYTES_PER_SECOND} sends a {@link Payload} at that pace.
 */
public final class DemoServer {

    /** Printed once both sockets are open. */
    static final String READY = "ready";

    private final String name;
    private final int port;

    public DemoServer(String name, int port) {
        this.name = name;
        this.port = port;
    }

    /** Serves until the process ends. */
    public void serve() throws IOException {
        try (ServerSocket listener = new ServerSocket();
                DatagramChannel datagrams = DatagramChannel.open()) {
            listener.bind(new InetSocketAddress(port), 1024);
            datagrams.bind(new InetSocketAddress(port));
            Thread.ofVirtual().start(() -> echo(datagrams));
            System.out.println(READY);
            while (true) {
                Socket connection = listener.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            }
        }
    }

    private void echo(DatagramChannel datagrams) {
        ByteBuffer request = ByteBuffer.allocate(2048);
        try {
            while (true) {
                SocketAddress client = datagrams.receive(request.clear());
                datagrams.send(ByteBuffer.wrap(greeting((InetSocketAddress) client)), client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            String[] path = requestPath(request).split("/");
            OutputStream out = connection.getOutputStream();
            if (path.length == 4 && path[1].equals("download")) {
                download(out, Long.parseLong(path[2]), Long.parseLong(path[3]));
            } else {
                byte[] body = greeting((InetSocketAddress) connection.getRemoteSocketAddress());
                out.write(head(body.length));
                out.write(body);
            }
        } catch (SocketException clientLeft) {
            // its business
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the whole head: a connection closed with unread bytes would be reset. */
    private static String requestPath(BufferedReader request) throws IOException {
        String first = request.readLine();
        String line = first;
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
        return first == null ? "/" : first.split(" ")[1];
    }

    private static void download(OutputStream out, long bytes, long bytesPerSecond) throws IOException {
        out.write(head(bytes));
        Payload payload = new Payload();
        byte[] chunk = new byte[Payload.CHUNK_BYTES];
        long start = System.nanoTime();
        for (long sent = 0; sent < bytes; sent += chunk.length) {
            pace(start, Duration.ofNanos(sent * 1_000_000_000L / bytesPerSecond));
            payload.next(chunk);
            out.write(chunk);
        }
    }

    private static void pace(long start, Duration due) {
        try {
            Thread.sleep(due.minusNanos(System.nanoTime() - start)); // returns at once when it is due
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] greeting(InetSocketAddress client) {
        String address = client.getAddress().getHostAddress();
        return (name + " " + address + " " + client.getPort() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] head(long length) {
        return ("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
