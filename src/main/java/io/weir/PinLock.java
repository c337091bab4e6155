package io.weir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One node writes to a pinned data path. The kernel lets go of the lock when the process ends, however it ends; a file
 * system for BPF has no files to lock, so it stands in /run.
 */
final class PinLock implements AutoCloseable {

    private final FileChannel file;

    private PinLock(FileChannel file) {
        this.file = file;
    }

    /** @throws IllegalStateException if another process holds it, naming that */
    static PinLock take(Path pinPath) {
        Path path = Path.of("/run", "weir" + pinPath.toString().replace('/', '-') + ".lock");
        try {
            Files.createDirectories(path.getParent());
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = file.tryLock();
            if (lock == null) {
                String holder = Files.readString(path).strip();
                file.close();
                throw new IllegalStateException(
                        "another weir runs on " + pinPath + " (process " + holder + "): stop it first");
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap(String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
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
            throw new java.io.UncheckedIOException(e);
        }
    }
}
