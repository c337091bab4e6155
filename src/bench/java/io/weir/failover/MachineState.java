package io.weir.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the kernel has counted.
 *
 * @param load as /proc/loadavg says it
 * @param ticks of all processors, of whatever kind
 * @param idle of them
 * @param steal of them, that a hypervisor gave to others
 * @param waited nanoseconds that packets' kernel threads (ksoftirqd) were ready to run and did not
 */
public record MachineState(String load, long ticks, long idle, long steal, long waited) {

    /** @param threads of ksoftirqd: their files */
    static MachineState now(List<Path> threads) {
        try {
            String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
            long all = 0;
            for (int i = 1; i <= 8; i++) { // user … steal
                all += Long.parseLong(fields[i]);
            }
            long waited = 0;
            for (Path thread : threads) {
                waited += Long.parseLong(Files.readString(thread).split(" ")[1]);
            }
            String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
            long idle = Long.parseLong(fields[4]) + Long.parseLong(fields[5]);
            return new MachineState(load, all, idle, Long.parseLong(fields[8]), waited);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Percent. */
    public double busy(MachineState later) {
        return 100 - share(idle, later.idle, later);
    }

    /** Percent. */
    public double stolen(MachineState later) {
        return share(steal, later.steal, later);
    }

    private double share(long from, long to, MachineState later) {
        return 100.0 * (to - from) / Math.max(1, later.ticks - ticks);
    }

    /** What came since. */
    String words(MachineState later) {
        return String.format(
                "machine: load %s, busy %.0f %%, steal %.0f %%, ksoftirqd waited %d ms",
                later.load, busy(later), stolen(later), Duration.ofNanos(later.waited - waited).toMillis());
    }
}
