package io.weir.bench;

import io.weir.testing.Leftovers;
import io.weir.testing.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code ./weir bench [--long] [-v] [PART…] [OPTION…]}: measures, prints a table, writes JSON under target/bench. */
public final class Bench {

    /** What the names of all that is made here begin with. */
    static final String NAME = "weirbench";

    private Bench() {}

    /** Exits 0 when everything asked for was measured, whatever the figures say; 1 when a part failed; 2 on bad usage. */
    public static void main(String[] arguments) {
        try {
            System.exit(run(new Options(arguments)) ? 0 : 1);
        } catch (Options.Usage wrong) {
            System.err.println("weir: usage: weir bench [--long] [-v] [PART…] [OPTION…]; " + wrong.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(Options options) {
        Effort effort = options.flag("--long") ? Effort.LONG : Effort.SHORT;
        boolean verbose = options.flag("-v");
        Failover failover = new Failover(FailoverOptions.of(options));
        List<Part> parts = List.of(
                new Packets(),
                new PeerFlows(),
                new Forwarding(),
                new Http(),
                new Scale(),
                new Changes(),
                new Reloads(),
                new Probes(),
                new Api(),
                new Scrape(),
                new Memory(),
                new Sync(),
                new ClusterNodes(),
                failover);
        List<String> known = parts.stream().map(Part::name).toList();
        List<String> words = options.rest();
        if (!known.containsAll(words)) {
            throw new Options.Usage("PART is one of " + String.join(", ", known) + "; failover alone takes " + FailoverOptions.USAGE);
        }
        List<Part> wanted = parts.stream()
                .filter(part -> words.isEmpty() || words.contains(part.name()))
                .toList();
        return run(wanted, effort, verbose);
    }

    private static boolean run(List<Part> parts, Effort effort, boolean verbose) {
        Leftovers.ofTheDead(NAME);
        Report report = new Report(Machine.describe());
        System.out.println(report.heading());
        boolean whole = true;
        for (Part part : parts) {
            long start = System.nanoTime();
            List<Row> rows = new ArrayList<>();
            try {
                requireCommands(part);
                Table table = new Table(System.out);
                System.out.println("\n" + part.name() + "\n  " + part.method());
                part.run(effort, row -> {
                    rows.add(row);
                    table.print(row);
                });
                report.add(part, rows, (System.nanoTime() - start) / 1e9);
            } catch (Exception failed) {
                whole = false;
                String why = Optional.ofNullable(failed.getMessage()).orElse(failed.toString());
                report.fail(part, rows, why);
                System.err.println("weir: bench " + part.name() + ": " + why);
                if (verbose) {
                    failed.printStackTrace();
                }
            }
        }
        System.out.println(report.summary());
        System.out.println("written to " + report.write(Report.directory()));
        return whole;
    }

    private static void requireCommands(Part part) {
        String missing = part.commands().stream()
                .filter(command -> Run.status("sh", "-c", "command -v " + command) != 0)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new IllegalStateException("it needs " + missing + ", which is not installed");
        }
    }
}
