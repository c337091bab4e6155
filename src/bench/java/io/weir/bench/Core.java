package io.weir.bench;

import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One core and the time spent on it for us: by the calling thread, in whose name the kernel carries the packets it sends,
 * and by the core's ksoftirqd, which takes over when there are many. So a figure is about our work, also when others use
 * the core.
 *
 * @param wall whether only the wall clock can be used: a kernel with CONFIG_IRQ_TIME_ACCOUNTING leaves the carrying of
 *     packets out of a thread's time
 */
record Core(int number, Path softirqs, boolean wall) {

    static Core of(int number) {
        String process = Run.shell("pgrep -x ksoftirqd/" + number).strip();
        boolean apart = Run.status(
                        "sh",
                        "-c",
                        "(zcat /proc/config.gz || cat /boot/config-$(uname -r)) 2>/dev/null"
                                + " | grep -q '^CONFIG_IRQ_TIME_ACCOUNTING=y'")
                == 0;
        return new Core(number, Path.of("/proc", process, "schedstat"), apart);
    }

    /** Keeps the calling platform thread on this core, and with it the packets it sends. */
    void pin() throws IOException {
        String thread = Path.of("/proc/thread-self").toRealPath().getFileName().toString();
        Run.command("taskset", "-cp", Integer.toString(number), thread);
    }

    /** Nanoseconds from some moment on. */
    long spent() {
        if (wall) {
            return System.nanoTime();
        }
        try {
            long carried = Long.parseLong(Files.readString(softirqs).split(" ")[0]);
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() + carried;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
