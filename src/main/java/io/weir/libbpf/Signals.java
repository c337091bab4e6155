package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/** Signals to other processes that Java has no call for. */
public final class Signals {

    private static final int SIGHUP = 1;

    private static final NativeFunction KILL = NativeFunction.libc("kill", JAVA_INT, JAVA_INT, JAVA_INT);

    private Signals() {}

    /** @throws BpfException if there is no such process, or this user may not */
    public static void hangUp(long process) {
        KILL.checkErrno("sending SIGHUP to process " + process, (int) process, SIGHUP);
    }
}
