package io.weir.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows as lines of text; those with the same unit and contenders under one heading. */
final class Table {

    private static final int NAME = 48;
    private static final int FIGURE = 15;

    private final PrintStream out;
    private String heading = "";

    Table(PrintStream out) {
        this.out = out;
    }

    void print(Row row) {
        String own = heading(row);
        if (!own.equals(heading)) {
            heading = own;
            out.println("\n" + own);
        }
        out.println(line(row));
        out.flush();
    }

    private static String heading(Row row) {
        return "  " + left(row.unit())
                + row.values().keySet().stream().map(Table::right).collect(Collectors.joining());
    }

    private static String line(Row row) {
        String figures = row.values().values().stream()
                .map(samples -> right(Numbers.text(samples.median())))
                .collect(Collectors.joining());
        String goals = row.goals().stream().map(goal -> "   " + goal.text()).collect(Collectors.joining());
        String note = row.note().isEmpty() ? "" : "   (" + row.note() + ")";
        return "  " + left(row.name()) + figures + goals + note;
    }

    private static String left(String text) {
        return String.format(Locale.ROOT, "%-" + NAME + "s", text);
    }

    private static String right(String text) {
        return "  " + String.format(Locale.ROOT, "%" + FIGURE + "s", text);
    }
}
