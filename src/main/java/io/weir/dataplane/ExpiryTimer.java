package io.weir.dataplane;

import io.weir.libbpf.BpfException;
import io.weir.libbpf.Errno;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;

/**
 * Starts the kernel's expiry timer. The program that arms it cannot wait: memory for a new timer is there at once or not at
 * all, and a timer that is firing on another CPU may refuse to be changed. Both pass, and are tried again; no other refusal is.
 */
final class ExpiryTimer {

    private static final Set<Integer> PASSING = Set.of(Errno.EAGAIN, Errno.ENOMEM, Errno.EBUSY);
    private static final long FIRST_PAUSE_NANOS = 1_000_000L;

    /** With each pause twice the one before: two seconds in all. */
    static final int ATTEMPTS = 12;

    private ExpiryTimer() {}

    /**
     * Arms the timer.
     *
     * @param arm runs the program; what it returns is an errno, 0 when the timer runs
     * @param pause waits that many nanoseconds
     * @throws BpfException with the last errno
     */
    static void start(IntSupplier arm, LongConsumer pause) {
        int error = arm.getAsInt();
        for (int attempt = 1; PASSING.contains(error) && attempt < ATTEMPTS; attempt++) {
            pause.accept(FIRST_PAUSE_NANOS << (attempt - 1));
            error = arm.getAsInt();
        }
        if (error != 0) {
            throw new BpfException("starting the expiry timer", error);
        }
    }
}
