package io.weir;

import io.weir.libbpf.FileChanges;
import io.weir.libbpf.FileChanges.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when a file has another text: written to and closed, replaced by a rename, or reached through a link or a directory
 * that is another one now. What editors and orchestrators do in several steps is told once, when the text is whole.
 */
final class ConfigWatch implements AutoCloseable {

    private final Path file;
    private final Runnable changed;
    private final FileChanges changes = new FileChanges();
    private final Thread thread =
            Thread.ofPlatform().name("weir-watch").daemon().unstarted(this::follow);

    // Owned by the thread once it runs.
    private ConfigTrail trail;
    private Optional<ByteBuffer> last;

    /** @param changed must not wait */
    ConfigWatch(Path file, Runnable changed) {
        this.file = file;
        this.changed = changed;
        this.trail = ConfigTrail.to(file);
        this.last = Optional.empty();
    }

    /** What is changed from here on is told. */
    ConfigWatch start() {
        lay();
        last = text();
        thread.start();
        return this;
    }

    /** The way may change while it is watched. */
    private void lay() {
        do {
            trail = ConfigTrail.to(file);
            changes.watch(trail.directories(), file);
        } while (!ConfigTrail.to(file).equals(trail));
    }

    private void follow() {
        try {
            boolean missed = false;
            Optional<Set<Name>> next = changes.await(missed);
            while (next.isPresent()) {
                if (missed || trail.passes(next.get())) {
                    lay();
                    missed = !look();
                }
                next = changes.await(missed);
            }
        } finally {
            changes.release();
        }
    }

    /**
     * While it is between two names there is none: the one that comes is told of, too.
     *
     * @return false if somebody was at it meanwhile, so that it has to be looked at again
     */
    private boolean look() {
        Optional<ByteBuffer> now = text();
        if (changes.hasMore()) {
            return false;
        }
        if (now.isPresent() && !now.equals(last)) {
            last = now;
            changed.run();
        }
        return true;
    }

    /** An empty one is what a writer begins with, and seen before the kernel says that somebody writes. */
    private Optional<ByteBuffer> text() {
        try {
            return Optional.of(ByteBuffer.wrap(Files.readAllBytes(file))).filter(ByteBuffer::hasRemaining);
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        changes.close();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
