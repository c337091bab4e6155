package io.weir.stats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of lines that is begun anew when it would grow too large: {@code access.log} becomes {@code access.log.1}, that one
 * {@code access.log.2}, the oldest is removed. It ends with a whole line, whatever happened. For one thread.
 */
final class RotatingFile implements AutoCloseable {

    /** How far back the end of the last whole line is looked for. */
    private static final int LONGEST_LINE = 65536;

    private final Path path;
    private final long maxBytes;
    private final int maxFiles;
    private Optional<Open> open = Optional.empty();

    private record Open(FileChannel channel, Object identity) {}

    /**
     * @param maxBytes a file is not written to beyond this, unless one batch is larger
     * @param maxFiles kept in all, with the one that is written to
     */
    RotatingFile(Path path, long maxBytes, int maxFiles) {
        this.path = path.toAbsolutePath();
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    Path path() {
        return path;
    }

    /**
     * Appends whole lines, all or none of them.
     *
     * @throws IOException if they could not be written; the next call begins with opening the file again
     */
    void append(byte[] lines) throws IOException {
        FileChannel channel = channel();
        long size = channel.size();
        if (size > 0 && size + lines.length > maxBytes) {
            rotate();
            channel = channel();
            size = channel.size();
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(lines);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException failed) {
            cut(channel, size);
            close();
            throw failed;
        }
    }

    /**
     * Opens the file anew if its name stands for another one by now, or for none: somebody rotated it or removed it.
     *
     * @throws IOException if that cannot be found out
     */
    void follow() throws IOException {
        if (open.isPresent() && !open.get().identity().equals(identity().orElse(path))) {
            close();
        }
    }

    private FileChannel channel() throws IOException {
        if (open.isEmpty()) {
            Files.createDirectories(
                    Objects.requireNonNull(path.getParent(), "an absolute path of a file has a parent"));
            // Not APPEND: such a channel cannot be cut on every file system.
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                endWithWholeLine(channel);
                open = Optional.of(new Open(channel, identity().orElse(path)));
            } catch (IOException failed) {
                channel.close();
                throw failed;
            }
        }
        return open.get().channel();
    }

    /** An earlier process may have been killed in the middle of a line. */
    private static void endWithWholeLine(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size, LONGEST_LINE));
        while (tail.hasRemaining() && channel.read(tail, size - tail.remaining()) > 0) {
            // until it is full
        }
        int end = tail.position();
        while (end > 0 && tail.get(end - 1) != '\n') {
            end--;
        }
        if (end > 0 || size <= LONGEST_LINE) {
            channel.truncate(size - tail.position() + end);
        }
        channel.position(channel.size());
    }

    private void rotate() throws IOException {
        close();
        if (maxFiles == 1) {
            Files.delete(path);
            return;
        }
        for (int age = maxFiles - 2; age > 0; age--) {
            if (Files.exists(numbered(age))) {
                Files.move(numbered(age), numbered(age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int age) {
        return path.resolveSibling(path.getFileName() + "." + age);
    }

    /** What tells the file of this name from any other; empty if there is none. */
    private Optional<Object> identity() throws IOException {
        try {
            return Optional.of(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static void cut(FileChannel channel, long size) {
        try {
            channel.truncate(size);
        } catch (IOException alsoFailed) {
            // Cut when the file is opened again.
        }
    }

    @Override
    public void close() {
        if (open.isPresent()) {
            try {
                open.get().channel().close();
            } catch (IOException failed) {
                // What was written is written; nothing else is lost with it.
            }
            open = Optional.empty();
        }
    }
}
