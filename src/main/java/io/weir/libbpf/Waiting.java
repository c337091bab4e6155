package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One thread's wait for input on a descriptor, which any other may end. */
final class Waiting {

    private static final short POLLIN = 1;
    private static final int EFD_CLOEXEC = 0x80000;

    private static final NativeFunction POLL = NativeFunction.libc("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final NativeFunction EVENT = NativeFunction.libc("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction WRITE = NativeFunction.libc("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private final Descriptor input;
    private final Descriptor wake;
    private final Object letGo = new Object();
    private volatile boolean ended;
    private boolean released;

    /** @param input released with this, also when there cannot be one */
    Waiting(Descriptor input) {
        this.input = input;
        try {
            this.wake = new Descriptor((int) EVENT.checkErrno("opening an event descriptor", 0, EFD_CLOEXEC));
        } catch (RuntimeException refused) {
            input.close();
            throw refused;
        }
    }

    /** @return whether there is some, or an error to be read; false once it was ended */
    boolean forInput() {
        if (ended) {
            return false; // and perhaps let go of
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polls = polls(arena);
            while (!ended) {
                POLL.callErrno(polls, 2L, -1);
                if (!ended && polls.get(JAVA_SHORT, 6) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Does not wait. */
    boolean hasInput() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polls = polls(arena);
            POLL.callErrno(polls, 1L, 0);
            return polls.get(JAVA_SHORT, 6) != 0;
        }
    }

    private MemorySegment polls(Arena arena) {
        MemorySegment polls = arena.allocate(16, 4);
        polls.set(JAVA_INT, 0, input.number());
        polls.set(JAVA_SHORT, 4, POLLIN);
        polls.set(JAVA_INT, 8, wake.number());
        polls.set(JAVA_SHORT, 12, POLLIN);
        return polls;
    }

    /**
     * Ends the waiting. The descriptors go with {@link #release}, when no thread waits any more: a waiter that input has
     * just woken sees the end by itself, and may let go of them before it could be woken here.
     */
    void end() {
        synchronized (letGo) {
            ended = true;
            if (released) {
                return;
            }
            try (Arena arena = Arena.ofConfined()) {
                WRITE.callErrno(wake.number(), arena.allocateFrom(JAVA_LONG, 1L), 8L);
            }
        }
    }

    /** Called by the waiting thread when it waits no more. */
    void release() {
        synchronized (letGo) {
            released = true;
            input.close();
            wake.close();
        }
    }
}
