package io.weir.failover;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that wakes every 10 ms and says when it was late. With real-time priority above all others it is late on one
 * processor when the kernel kept that one, and on all of them at once when a hypervisor kept the machine.
 */
final class Metronome {

    /** Later than this it says so. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(10);

    private Metronome() {}

    /** Each line: when it should have woken, in nanoseconds since 1970, and how many later it did. */
    public static void main(String[] arguments) {
        long toEpoch = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        System.out.println("0 0");
        for (long due = System.nanoTime() + BEAT; ; due += BEAT) {
            for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
                LockSupport.parkNanos(rest);
            }
            long late = System.nanoTime() - due;
            if (late > LATE) {
                System.out.println(due + toEpoch + " " + late);
                due += late;
            }
        }
    }
}
