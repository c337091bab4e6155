package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which names in some directories stand for something else now, or for a file that a writer has just finished
 * (inotify(7)). A file that is still being written is not told of: unlike {@code java.nio}'s watch, this one knows when it
 * was closed. One thread waits; any may close.
 */
public final class FileChanges implements AutoCloseable {

    private static final int IN_CLOEXEC = 0x80000;
    private static final int MODIFY = 0x2;
    private static final int CLOSE_WRITE = 0x8;
    private static final int MOVED_FROM = 0x40;
    private static final int MOVED_TO = 0x80;
    private static final int CREATE = 0x100;
    private static final int DELETE = 0x200;
    private static final int DELETE_SELF = 0x400;
    private static final int MOVE_SELF = 0x800;
    private static final int OVERFLOW = 0x4000;
    private static final int GONE = 0x8000;
    private static final int ONLY_DIRECTORIES = 0x1000000;
    private static final int MASK =
            CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF | ONLY_DIRECTORIES;

    private static final int RENAMED = MOVED_FROM | MOVED_TO | CREATE | DELETE;

    /** No watch. */
    private static final int NONE = -1;

    /** Of struct inotify_event without its name. */
    private static final int HEADER = 16;

    private static final int BUFFER = 16 << 10;

    private static final NativeFunction INIT = NativeFunction.libc("inotify_init1", JAVA_INT, JAVA_INT);
    private static final NativeFunction ADD =
            NativeFunction.libc("inotify_add_watch", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final NativeFunction REMOVE = NativeFunction.libc("inotify_rm_watch", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction READ = NativeFunction.libc("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private final Descriptor queue;
    private final Waiting waiting;
    private final Map<Integer, Path> directories = new HashMap<>();
    private int file = NONE;
    private boolean writing;

    /** A name in a directory; an empty one is the directory itself. */
    public record Name(Path directory, String name) {}

    public FileChanges() {
        this.queue = new Descriptor((int) INIT.checkErrno("watching files", IN_CLOEXEC));
        this.waiting = new Waiting(queue);
    }

    /**
     * Watches these directories and no others. One that is not there is left out: what it stands in is to be watched, too.
     * Called by the thread that waits.
     *
     * @param written a file of which nothing is told while somebody writes to it
     */
    public void watch(Set<Path> wanted, Path written) {
        Map<Integer, Path> watched = new HashMap<>();
        for (Path directory : wanted) {
            int watch = add(directory, MASK);
            if (watch >= 0) {
                watched.put(watch, directory);
            }
        }
        directories.keySet().stream()
                .filter(watch -> !watched.containsKey(watch))
                .forEach(this::remove);
        directories.clear();
        directories.putAll(watched);
        int last = file;
        file = add(written, MODIFY | CLOSE_WRITE);
        if (last != file) {
            writing = false;
            remove(last);
        }
    }

    /** @return negative if there is none */
    private int add(Path path, int mask) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) ADD.callErrno(queue.number(), arena.allocateFrom(path.toString()), mask);
        }
    }

    private void remove(int watch) {
        if (watch >= 0) {
            REMOVE.callErrno(queue.number(), watch); // gone already, if what it watched is
        }
    }

    /**
     * Waits for changes; all that have come are told as one, and none while the file is written to.
     *
     * @param again whether the changes told last have to be told of again when what goes on is over
     * @return what has changed besides; empty once closed
     */
    public Optional<Set<Name>> await(boolean again) {
        Set<Name> names = new HashSet<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            while ((names.isEmpty() && !again) || writing || waiting.hasInput()) {
                if (!waiting.forInput()) {
                    return Optional.empty();
                }
                long bytes = READ.callErrno(queue.number(), buffer, buffer.byteSize());
                if (bytes > 0) {
                    addNames(buffer.asSlice(0, bytes), names);
                }
            }
        }
        return Optional.of(names);
    }

    /** Whether more has come since: what was read of the file may be half of it. */
    public boolean hasMore() {
        return waiting.hasInput();
    }

    private void addNames(MemorySegment events, Set<Name> names) {
        for (long at = 0; at + HEADER <= events.byteSize(); ) {
            int watch = events.get(JAVA_INT_UNALIGNED, at);
            int mask = events.get(JAVA_INT_UNALIGNED, at + 4);
            int length = events.get(JAVA_INT_UNALIGNED, at + 12);
            String name = length == 0 ? "" : events.asSlice(at + HEADER, length).getString(0);
            if ((mask & OVERFLOW) != 0) { // anything may have changed
                directories.values().forEach(directory -> names.add(new Name(directory, "")));
            } else if (watch == file) {
                writing = (mask & MODIFY) != 0;
            } else {
                addName(watch, mask, name, names);
            }
            at += HEADER + length;
        }
    }

    private void addName(int watch, int mask, String name, Set<Name> names) {
        Optional.ofNullable(directories.get(watch))
                .map(directory -> new Name(directory, name))
                .filter(found -> (mask & CREATE) == 0 || !isBeingWritten(found))
                .ifPresent(names::add);
        if ((mask & RENAMED) != 0) {
            writing = false; // perhaps of a file that has lost its name
        }
        if ((mask & GONE) != 0) {
            directories.remove(watch);
        }
    }

    /** Links and directories are all there when they come; of a file it is told when it is closed. */
    private static boolean isBeingWritten(Name name) {
        return Files.isRegularFile(name.directory().resolve(name.name()), LinkOption.NOFOLLOW_LINKS);
    }

    /** Ends the waiting. */
    @Override
    public void close() {
        waiting.end();
    }

    /** Called by the waiting thread when it waits no more. */
    public void release() {
        waiting.release();
    }
}
