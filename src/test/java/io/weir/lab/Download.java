package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** A download by curl that goes on only as far as it is let: what it may not yet read waits in the server's socket. */
final class Download {

    private final Program curl;
    private final Path headers;
    private final Thread reader;
    private final CRC32C checksum = new CRC32C();
    private long allowed;
    private long received;

    private Download(Program curl, Path headers) {
        this.curl = curl;
        this.headers = headers;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    static Download start(Host client, String url) {
        Path headers = client.lab().file("headers-" + System.nanoTime());
        Program curl = Program.startForBytes(
                "curl",
                client.words(java.util.List.of("curl", "-sSgN", "--no-keepalive", "-D", headers.toString(), url)));
        return new Download(client.lab().closes(curl), headers);
    }

    /** Lets so many bytes more come, without waiting for them. */
    synchronized void allow(long bytes) {
        allowed += bytes;
        notifyAll();
    }

    /** Waits until all that is allowed has come. */
    void awaitAllowed() {
        Await.until("the download goes on; curl said " + curl.errors(), () -> {
            synchronized (this) {
                return received >= allowed;
            }
        });
    }

    /** Who sends it. */
    String server() {
        try {
            return Files.readAllLines(headers).stream()
                    .filter(line -> line.startsWith("X-Server: "))
                    .map(line -> line.substring("X-Server: ".length()).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    boolean isRunning() {
        return curl.isAlive();
    }

    /** Lets the rest come, and compares. */
    void finish(Nginx.Asset asset) throws InterruptedException {
        allow(Long.MAX_VALUE / 2);
        assertThat(curl.end()).isEqualTo(new Program.End(0, java.util.List.of(), java.util.List.of()));
        reader.join();
        assertThat(received).isEqualTo(asset.bytes());
        assertThat(checksum.getValue()).as("checksum").isEqualTo(asset.checksum());
    }

    private void read() {
        byte[] buffer = new byte[1 << 16];
        try (InputStream bytes = curl.bytes()) {
            while (true) {
                int count = bytes.read(buffer, 0, permission(buffer.length));
                if (count < 0) {
                    return;
                }
                checksum.update(buffer, 0, count);
                synchronized (this) {
                    received += count;
                }
            }
        } catch (IOException | InterruptedException ended) {
            // what has come so far is what there is
        }
    }

    private synchronized int permission(int most) throws InterruptedException {
        while (received >= allowed) {
            wait();
        }
        return (int) Math.min(most, allowed - received);
    }
}
