package io.weir;

import io.weir.dataplane.Detach;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pins of a data path while a node runs on them: nobody else's. */
final class HeldPins {

    private final Path path;
    private final PinLock lock;
    private final boolean fresh;

    private HeldPins(Path path, PinLock lock) {
        this.path = path;
        this.lock = lock;
        this.fresh = !Files.exists(path);
    }

    /** @throws IllegalStateException if another node holds them */
    static HeldPins take(Path path) {
        return new HeldPins(path, PinLock.take(path));
    }

    /** @param detach whether the data path is taken off, or goes on forwarding */
    void giveBack(boolean detach) {
        try {
            if (detach && Files.exists(path)) {
                Detach.everythingUnder(path);
            }
        } finally {
            lock.close();
        }
    }

    /** Half a start is none: takes off what was not there before. */
    void undo() {
        giveBack(fresh);
    }
}
