package io.weir.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.weir.libbpf.NetworkNamespace;

/** A few clients that together ask the admin API for something so many times a second, at a steady pace, from one core. */
final class Askers implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int PORT = 8081;
    private static final int PATIENCE_MS = 10_000;

    private final long pause;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicReference<Optional<String>> path = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Exception>> failure = new AtomicReference<>(Optional.empty());
    private volatile boolean ended;

    /** Starts them; they wait until they are told what to ask for. */
    Askers(Path namespace, Core core, int perSecond) {
        this.pause = 1_000_000_000L * CLIENTS / perSecond;
        IntStream.range(0, CLIENTS)
                .forEach(_ -> Thread.ofPlatform().daemon().start(() -> run(namespace, core)));
    }

    /** @param wanted after /api/v1/; empty: nothing */
    void ask(Optional<String> wanted) {
        failure.get().ifPresent(failed -> {
            throw new IllegalStateException("a client of the admin API failed: " + failed, failed);
        });
        path.set(wanted);
    }

    /** So far. */
    long answered() {
        return answered.get();
    }

    private void run(Path namespace, Core core) {
        try {
            NetworkNamespace.run(namespace, () -> {
                core.pin();
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
                    socket.setSoTimeout(PATIENCE_MS);
                    socket.setTcpNoDelay(true);
                    ask(socket);
                }
                return true;
            });
        } catch (Exception failed) {
            failure.set(Optional.of(failed));
        }
    }

    private void ask(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        long next = System.nanoTime();
        while (!ended) {
            Optional<String> wanted = path.get();
            if (wanted.isPresent()) {
                String request = "GET /api/v1/" + wanted.get() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                readAnswer(in);
                answered.incrementAndGet();
            }
            // Who is late catches up a little, and not with a storm.
            next = Math.max(next + pause, System.nanoTime() - 10 * pause);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        String first = line(in);
        if (!first.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("answered " + first);
        }
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the admin API closed a connection");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        ended = true;
    }
}
