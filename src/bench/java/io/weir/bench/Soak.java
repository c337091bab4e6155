package io.weir.bench;

import static io.weir.bench.FailoverOptions.WEIR;

import io.weir.failover.Drill;
import io.weir.failover.Drill.Move;
import io.weir.failover.Drill.Silence;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Rack;
import io.weir.failover.Vigil;
import io.weir.failover.WeirBalancer;
import io.weir.testing.Daemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A pair on a machine whose processors are never idle: no VIP may move for nothing, and one that does says why. */
final class Soak {

    private static final int CONNECTIONS = 100;

    /** A session of its own, so that its niceness is one among all processes, not only among ours: sched(7), autogroup. */
    private static final String LOOP =
            "if [ -e /proc/self/autogroup ]; then echo \"$1\" >/proc/self/autogroup; fi; while :; do :; done";

    private final FailoverOptions options;
    private final Path file;

    /** @param directory where all that is seen meanwhile is noted, in a file of its own */
    Soak(FailoverOptions options, Path directory) {
        this.options = options;
        this.file = directory.resolve("soak-" + ProcessHandle.current().pid() + ".log");
    }

    void run(Consumer<Row> rows) {
        List<Daemon> loops = new ArrayList<>();
        try (Drill drill = new Drill(Bench.NAME, 2, WeirBalancer::new);
                Vigil vigil = new Vigil(drill, file)) {
            drill.fill(CONNECTIONS, 1, 1);
            Silence silence = drill.look(Duration.ofMinutes(options.soakMinutes()), () -> loops.addAll(loops(drill.rack())));
            String words = options.soakMinutes() + " minutes, all processors busy: ";
            double busy = vigil.first().busy(vigil.now());
            double stolen = vigil.first().stolen(vigil.now());
            vigil.end();
            String reasons = reasons(silence, vigil);
            Failover.silence(words, silence).stream()
                    .filter(row -> !Double.isNaN(row.median(WEIR)))
                    .map(row -> row.noting(row.unit().equals("times") ? reasons : ""))
                    .forEach(rows);
            double stall = silence.outcome().of(Group.BUSY).stall(1);
            rows.accept(Row.of(words + "longest stall", "ms", WEIR, stall));
            rows.accept(Row.of(words + "longest between two adverts sent", "ms", WEIR, vigil.sentMillis()));
            rows.accept(Row.of(words + "longest between two adverts heard", "ms", WEIR, vigil.heardMillis()));
            rows.accept(Row.of(words + "real-time process late, on one processor", "ms", WEIR, vigil.lateMillis()));
            rows.accept(Row.of(words + "real-time processes late, on all at once", "ms", WEIR, vigil.stoodMillis()));
            rows.accept(Row.of(words + "processors busy", "%", WEIR, busy));
            rows.accept(Row.of(words + "processors taken by the hypervisor", "%", WEIR, stolen));
        } finally {
            loops.forEach(Daemon::close);
        }
    }

    /** Each move of the VIP on a line, with what was seen around it; for a note, how often each cause was one. */
    private String reasons(Silence silence, Vigil vigil) {
        for (Move move : silence.moved()) {
            System.err.printf(
                    "weir: the VIP moved to %s at %s: %s%n",
                    move.to().role(), move.time(), vigil.cause(move.time()).words());
            vigil.story(move.time()).forEach(line -> System.err.println("    " + line));
        }
        System.err.println("weir: all that was seen is in " + file);
        return silence.moved().stream()
                .collect(Collectors.groupingBy(move -> vigil.cause(move.time()).words(), Collectors.counting()))
                .entrySet()
                .stream()
                .map(cause -> cause.getValue() + " times " + cause.getKey())
                .collect(Collectors.joining("; "));
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
}
