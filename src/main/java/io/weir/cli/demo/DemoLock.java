package io.weir.cli.demo;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One demo at a time: the names of its namespaces and pins are the same in each. The file stays when the demo ends: whoever
 * had opened it before it was removed would lock what nobody else sees any more, and two demos would take each other down.
 */
final class DemoLock implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private DemoLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens the file, and makes it if there is none.
     *
     * @throws DemoFailure if it cannot be written
     */
    static DemoLock open(Path path) {
        try {
            Files.createDirectories(path.getParent());
            return new DemoLock(path, FileChannel.open(path, CREATE, WRITE));
        } catch (IOException e) {
            throw new DemoFailure("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Held until this closes, or the process ends, however it does.
     *
     * @throws DemoFailure if another demo holds it
     */
    DemoLock take() {
        if (!isTaken()) {
            close();
            throw new DemoFailure("another demo is running: wait for its end");
        }
        return this;
    }

    private boolean isTaken() {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException here) {
            return false; // by another demo of this process
        } catch (IOException e) {
            throw new DemoFailure("cannot lock " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
