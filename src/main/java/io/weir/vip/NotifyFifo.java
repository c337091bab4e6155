package io.weir.vip;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader of keepalived's notify FIFO. Whoever comes first makes it; keepalived removes one it has made itself when it
 * ends, so that there may be another one under the name a moment later: which one is there is looked at each second. It is
 * opened for writing, too, so that it has no end while no keepalived runs.
 */
final class NotifyFifo implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotifyFifo.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;

    private final Path path;
    private final Consumer<String> lines;
    private final Thread reader;
    private final Thread watcher;
    private volatile boolean closed;
    private volatile @Nullable Opened opened;
    private String complaint = "";

    /** @param inode of the file it was opened by */
    private record Opened(FileChannel channel, Object inode) {}

    /** @param lines told each, on the reader's thread */
    NotifyFifo(Path path, Consumer<String> lines) {
        this.path = path;
        this.lines = lines;
        // A read that waits would hold a virtual thread's carrier.
        this.reader = Thread.ofPlatform().daemon().name("weir-vrrp").start(this::read);
        this.watcher = Thread.ofVirtual().name("weir-vrrp-watch").start(this::watch);
    }

    private void read() {
        while (!closed) {
            try (FileChannel channel = open()) {
                complaint = "";
                Lines cut = new Lines(lines);
                ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
                while (channel.read(buffer.clear()) >= 0) {
                    cut.take(buffer.flip());
                }
            } catch (ClosedChannelException replaced) {
                continue;
            } catch (IOException failed) {
                complain(failed.getMessage());
            }
            pause();
        }
    }

    private FileChannel open() throws IOException {
        Optional<Object> inode = inode();
        if (inode.isEmpty()) {
            make();
            inode = inode();
        }
        if (inode.isEmpty()) {
            throw new IOException("it is gone as soon as it is made");
        }
        FileChannel channel = FileChannel.open(path, READ, WRITE);
        opened = new Opened(channel, inode.get());
        if (closed) {
            channel.close();
        }
        return channel;
    }

    /** Empty: nothing is there. */
    private Optional<Object> inode() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFIFO) {
            throw new IOException("it is no FIFO: remove it, or set another :vrrp-notify-fifo");
        }
        return Optional.of(Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    }

    /** Java has no call for it. */
    private void make() throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        Process process = new ProcessBuilder("mkfifo", "-m", "0660", path.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0 && !Files.exists(path)) {
                throw new IOException(said.strip());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private void watch() {
        while (!closed) {
            pause();
            Opened now = opened;
            try {
                if (now != null && !inode().equals(Optional.of(now.inode()))) {
                    now.channel().close();
                }
            } catch (IOException failed) {
                complain(failed.getMessage());
            }
        }
    }

    private synchronized void complain(@Nullable String why) {
        String text = String.valueOf(why);
        if (!text.equals(complaint)) {
            complaint = text;
            LOG.warn("cannot listen to keepalived at {}: {}", path, text);
        }
    }

    private void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        watcher.interrupt();
        try {
            Opened now = opened;
            if (now != null) {
                now.channel().close();
            }
            reader.join();
            watcher.join();
        } catch (IOException e) {
            LOG.debug("closing {}", path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
