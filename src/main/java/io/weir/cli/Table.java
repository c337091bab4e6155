package io.weir.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as what stands in them. Numbers stand to the right. */
final class Table {

    /** What a terminal has, and what a line of a log stays readable at. */
    static final int WIDTH = 80;

    /** Less would be a column of single words. */
    private static final int NARROWEST_TEXT = 24;

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(Printable.line(String.valueOf(cell)));
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        lines().forEach(out::println);
    }

    /** With the last column, which is text, broken into lines where it would pass {@link #WIDTH}. */
    void printWrapped(PrintWriter out) {
        int last = rows.getFirst().size() - 1;
        int indent = 0;
        for (int column = 0; column < last; column++) {
            indent += width(column) + GAP.length();
        }
        Table wrapped = new Table(rows.getFirst().toArray(String[]::new));
        for (List<String> row : rows.subList(1, rows.size())) {
            Object[] cells = row.toArray();
            for (String part : broken(row.get(last), Math.max(NARROWEST_TEXT, WIDTH - indent))) {
                cells[last] = part;
                wrapped.row(cells);
                Arrays.fill(cells, "");
            }
        }
        wrapped.print(out);
    }

    /** At blanks; a word that is longer than a line stays whole. */
    private static List<String> broken(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                pad(line, row.get(column), width(column), isNumeric(column));
                line.append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    /** An empty cell or a dash stands among numbers where there is none. */
    private boolean isNumeric(int column) {
        List<String> cells = rows.stream()
                .skip(1)
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty() && !cell.equals("-"))
                .toList();
        return !cells.isEmpty() && cells.stream().allMatch(cell -> cell.matches("[0-9.]+( ?[kMGT])?"));
    }

    private static void pad(StringBuilder line, String text, int width, boolean right) {
        String space = " ".repeat(width - text.length());
        line.append(right ? space + text : text + space);
    }
}
