package io.weir;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.weir.libbpf.Pins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One process writes to a pinned data path. A BPF file system has no files to lock, so a byte of a file in /run stands for
 * each pin path. The kernel lets go when the process ends, however it ends.
 */
final class PinLock implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("/run/weir");
    private static final Path PATH = DIRECTORY.resolve("lock");

    private static final int LOOKS = 5;

    private final FileLock lock;

    private PinLock(FileLock lock) {
        this.lock = lock;
    }

    /** Opened once: closing any descriptor of a file drops all locks the process has on it (fcntl(2)). */
    private static @Nullable FileChannel opened;

    private static synchronized FileChannel file() throws IOException {
        if (opened == null) {
            Files.createDirectories(DIRECTORY);
            opened = FileChannel.open(PATH, CREATE, WRITE);
        }
        return opened;
    }

    /**
     * @throws IllegalStateException if another process holds it, naming that, or this one does, or if there is no lock to be
     *     had
     */
    static PinLock take(Path pinPath) {
        long position = position(pinPath);
        try {
            FileLock lock = file().tryLock(position, 1, false);
            if (lock == null) {
                throw new IllegalStateException("another weir runs on " + pinPath
                        + holder(position).map(pid -> " (process " + pid + ")").orElse("") + ": stop it first");
            }
            return new PinLock(lock);
        } catch (OverlappingFileLockException e) {
            throw new IllegalStateException(
                    "a load balancer of this process runs on " + pinPath + ": close it first", e);
        } catch (AccessDeniedException e) {
            throw new IllegalStateException(
                    "cannot write " + e.getMessage() + ": run it as root, or let this user write " + DIRECTORY, e);
        } catch (IOException e) {
            throw new IllegalStateException("cannot lock " + PATH + ": " + e.getMessage(), e);
        }
    }

    /** Where those who run on pin paths leave what others may read of them. */
    static Path directory() {
        return DIRECTORY;
    }

    /** The process that holds it; empty if nobody does. */
    static Optional<Long> holder(Path pinPath) {
        try {
            return Files.exists(PATH) ? holder(position(pinPath)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands for a pin path in {@link #directory}. */
    static long position(Path pinPath) {
        CRC32 hash = new CRC32();
        hash.update(Pins.canonical(pinPath).toString().getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }

    /**
     * As in {@code 1: POSIX ADVISORY WRITE 4711 00:1a:123 99 99}: who, which file by its inode, first and last byte
     * (proc(5)).
     */
    private static Optional<Long> holder(long position) throws IOException {
        String file = ":" + Files.getAttribute(PATH, "unix:ino");
        Optional<Long> holder = holder(file, position);
        // A long list comes in pieces, and what goes between two of them may hide one that stays.
        for (int again = 0; again < LOOKS && holder.isEmpty(); again++) {
            holder = holder(file, position);
        }
        return holder;
    }

    private static Optional<Long> holder(String file, long position) throws IOException {
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .map(line -> line.trim().split(" +"))
                .filter(words ->
                        words.length == 8 && words[5].endsWith(file) && words[6].equals(String.valueOf(position)))
                .map(words -> Long.valueOf(words[4]))
                .findFirst();
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
