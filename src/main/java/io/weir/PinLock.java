package io.weir;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One node writes to a pinned data path. The kernel lets go of the lock when the process ends, however it ends; a file
 * system for BPF has no files to lock, so it stands in /run. The file stays: removing it would race with who opens it.
 */
final class PinLock implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("/run/weir");

    private final FileChannel file;

    private PinLock(FileChannel file) {
        this.file = file;
    }

    /** @throws IllegalStateException if another process holds it, naming that */
    static PinLock take(Path pinPath) {
        Path path = DIRECTORY.resolve(
                pinPath.toAbsolutePath().normalize().toString().substring(1).replace('/', '-') + ".lock");
        String self = String.valueOf(ProcessHandle.current().pid());
        try {
            Files.createDirectories(DIRECTORY);
            FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
            if (file.tryLock() == null) {
                String holder = Files.readString(path).strip();
                file.close();
                throw new IllegalStateException(
                        "another weir runs on " + pinPath + " (process " + holder + "): stop it first");
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.US_ASCII)));
            return new PinLock(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot lock " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
