package io.weir.dataplane;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.weir.engine.DataplaneException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** One data path at a time looks at what others hold and takes or lets go of something: of this process or another. */
final class HostLock {

    /** Not the file of the pins' locks: closing any descriptor of a file drops all locks a process has on it (fcntl(2)). */
    private static final Path FILE = Path.of("/run/weir/host.lock");

    private HostLock() {}

    /** Does work while nobody else does; not from within itself. */
    static synchronized <T> T holding(Supplier<T> work) {
        try {
            Files.createDirectories(FILE.getParent());
            try (FileChannel channel = FileChannel.open(FILE, CREATE, WRITE);
                    FileLock _ = channel.lock()) {
                return work.get();
            }
        } catch (IOException failed) {
            throw new DataplaneException("cannot lock " + FILE + ": " + failed.getMessage(), 0, failed);
        }
    }
}
