package io.weir.cli.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The client of the demo. What it saw goes to stdout, a line each: {@code NAME COUNT}, or the progress of a download. */
public final class DemoClient {

    /** Enough to overlap, few enough for two cores. */
    private static final int AT_ONCE = 8;

    private static final int TIMEOUT_MS = 5000;
    private static final int UDP_TIMEOUT_MS = 1000;
    private static final int UDP_TRIES = 4;

    /** Printed instead of a count when a connection is refused, which is what is left after {@code weir detach}. */
    static final String REFUSED = "refused";

    private final InetSocketAddress server;

    public DemoClient(String address, int port) {
        server = new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    /** Makes so many TCP connections, one request each, and prints who answered how many. */
    public void http(int connections) throws IOException, InterruptedException {
        printCounts(repeat(connections, this::request));
    }

    /** The same with datagrams, each from a socket of its own. */
    public void udp(int datagrams) throws IOException, InterruptedException {
        printCounts(repeat(datagrams, this::datagram));
    }

    /** Fetches so many bytes, printing the percentage as it goes, and fails if they are not the ones that were sent. */
    public void download(long bytes, long bytesPerSecond) throws IOException {
        MessageDigest digest = Payload.digest();
        long received = 0;
        try (Socket socket = connect()) {
            send(socket, "/download/" + bytes + "/" + bytesPerSecond);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            skipHead(in);
            byte[] buffer = new byte[Payload.CHUNK_BYTES];
            long percent = 0;
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                received += count;
                if (received * 100 / bytes > percent) {
                    percent = received * 100 / bytes;
                    System.out.println(percent);
                }
            }
        }
        if (received != bytes || !Payload.hex(digest).equals(Payload.checksum(bytes))) {
            throw new IOException("the download is damaged: " + received + " of " + bytes + " bytes, or other ones");
        }
    }

    private String request() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "/");
            InputStream in = new BufferedInputStream(socket.getInputStream());
            skipHead(in);
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return seenBy(answer, socket.getLocalAddress(), socket.getLocalPort());
        } catch (ConnectException e) {
            return REFUSED;
        }
    }

    private String datagram() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(UDP_TIMEOUT_MS);
            byte[] buffer = new byte[2048];
            for (int attempt = 1; ; attempt++) {
                socket.send(new DatagramPacket(new byte[] {'?'}, 1));
                DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
                try {
                    socket.receive(answer);
                    String text = new String(buffer, 0, answer.getLength(), StandardCharsets.US_ASCII);
                    return seenBy(text, socket.getLocalAddress(), socket.getLocalPort());
                } catch (SocketTimeoutException lost) {
                    if (attempt == UDP_TRIES) {
                        throw new IOException("no answer to " + UDP_TRIES + " datagrams", lost);
                    }
                }
            }
        }
    }

    /** The server's name, once it is certain that the server sees the address and port the client sent from. */
    private static String seenBy(String answer, InetAddress local, int port) throws IOException {
        String[] parts = answer.strip().split(" ");
        String here = local.getHostAddress() + " " + port;
        if (parts.length != 3 || !(parts[1] + " " + parts[2]).equals(here)) {
            throw new IOException("the server says '" + answer.strip() + "', but the client is " + here);
        }
        return parts[0];
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server, TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void send(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: demo\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static void skipHead(InputStream in) throws IOException {
        int ends = 0;
        while (ends < 2) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the server closed without an answer");
            }
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
    }

    private static Map<String, Integer> repeat(int times, Callable<String> once)
            throws IOException, InterruptedException {
        Map<String, Integer> counts = new TreeMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                answers.add(threads.submit(once));
            }
            for (Future<String> answer : answers) {
                counts.merge(answer.get(), 1, Integer::sum);
            }
        } catch (ExecutionException e) {
            Throwable why = e.getCause();
            throw new IOException(why == null ? "a connection failed" : String.valueOf(why.getMessage()), e);
        }
        return counts;
    }

    private static void printCounts(Map<String, Integer> counts) {
        counts.forEach((name, count) -> System.out.println(name + " " + count));
    }
}
