package io.weir.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** {@code ./weir bench [--long] [PART…]}: measures, prints a table, writes JSON under target/bench. */
public final class Bench {

    private static final List<Part> PARTS = List.of(new Packets(), new Forwarding(), new Http(), new Scale());

    private Bench() {}

    /** Exits 0 when everything asked for was measured, whatever the figures say; 1 when a part failed; 2 on bad usage. */
    public static void main(String[] arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        Effort effort = words.removeIf("--long"::equals) ? Effort.LONG : Effort.SHORT;
        List<String> known = PARTS.stream().map(Part::name).toList();
        if (!known.containsAll(words)) {
            System.err.println("weir: usage: weir bench [--long] [PART…], where PART is one of " + String.join(", ", known));
            System.exit(2);
        }
        List<Part> wanted = PARTS.stream()
                .filter(part -> words.isEmpty() || words.contains(part.name()))
                .collect(Collectors.toList());
        System.exit(run(wanted, effort) ? 0 : 1);
    }

    private static boolean run(List<Part> parts, Effort effort) {
        Report report = new Report(Machine.describe());
        System.out.println(report.heading());
        boolean whole = true;
        for (Part part : parts) {
            long start = System.nanoTime();
            try {
                List<Row> rows = new ArrayList<>();
                Table table = new Table(System.out);
                System.out.println("\n" + part.name() + "\n  " + part.method());
                part.run(effort, row -> {
                    rows.add(row);
                    table.print(row);
                });
                report.add(part, rows, (System.nanoTime() - start) / 1e9);
            } catch (Exception failed) {
                whole = false;
                report.fail(part, failed);
                System.err.println("weir: bench " + part.name() + " failed: " + failed);
                failed.printStackTrace();
            }
        }
        System.out.println(report.summary());
        System.out.println("written to " + report.write(Path.of(System.getProperty("weir.root", "."), "target", "bench")));
        return whole;
    }
}
