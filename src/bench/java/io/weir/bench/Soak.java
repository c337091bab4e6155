package io.weir.bench;

import static io.weir.bench.FailoverOptions.WEIR;

import io.weir.failover.Drill;
import io.weir.failover.Drill.Silence;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Rack;
import io.weir.failover.WeirBalancer;
import io.weir.testing.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A pair on a machine whose processors are never idle: no VIP may move for nothing. */
final class Soak {

    private static final int CONNECTIONS = 100;

    /** A session of its own, so that its niceness is one among all processes, not only among ours: sched(7), autogroup. */
    private static final String LOOP =
            "if [ -e /proc/self/autogroup ]; then echo \"$1\" >/proc/self/autogroup; fi; while :; do :; done";

    private final FailoverOptions options;

    Soak(FailoverOptions options) {
        this.options = options;
    }

    void run(Consumer<Row> rows) {
        List<Daemon> loops = new ArrayList<>();
        try (Drill drill = new Drill(Bench.NAME, 2, WeirBalancer::new)) {
            drill.fill(CONNECTIONS, 1, 1);
            Ticks before = Ticks.now();
            Silence silence = drill.look(Duration.ofMinutes(options.soakMinutes()), () -> loops.addAll(loops(drill.rack())));
            String words = options.soakMinutes() + " minutes, all processors busy: ";
            Failover.silence(words, silence).stream()
                    .filter(row -> !Double.isNaN(row.median(WEIR)))
                    .forEach(rows);
            double stall = silence.outcome().of(Group.BUSY).stall(1);
            rows.accept(Row.of(words + "longest stall", "ms", WEIR, stall));
            rows.accept(Row.of(words + "processors busy", "%", WEIR, before.busy(Ticks.now())));
        } finally {
            loops.forEach(Daemon::close);
        }
    }

    private List<Daemon> loops(Rack rack) {
        List<Daemon> loops = new ArrayList<>();
        String nice = String.valueOf(options.nice());
        List<String> words = List.of("setsid", "nice", "-n", nice, "sh", "-c", LOOP, "sh", nice);
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            loops.add(Daemon.start(rack.path(Rack.CLIENT), words));
        }
        return loops;
    }

    /** What processors spent, in the kernel's ticks. */
    private record Ticks(long idle, long all) {

        static Ticks now() {
            try {
                String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
                long all = 0;
                for (int i = 1; i <= 8; i++) { // user … steal
                    all += Long.parseLong(fields[i]);
                }
                return new Ticks(Long.parseLong(fields[4]) + Long.parseLong(fields[5]), all);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        double busy(Ticks later) {
            return 100 - 100.0 * (later.idle - idle) / (later.all - all);
        }
    }
}
