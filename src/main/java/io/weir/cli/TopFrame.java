package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What went over targets between two looks. */
record TopFrame(List<TopRow> rows) {

    /** Head of the page and of the table, and what is said below of rows that find no room. */
    private static final int OTHER_LINES = 5;

    /** Counters at one moment, of {@link TargetRows}. */
    record Look(long nanos, JsonNode targets) {

        static Look at(NodeClient node) {
            JsonNode targets = TargetRows.of(node.get("health"), node.get("traffic"));
            return new Look(System.nanoTime(), targets);
        }
    }

    /** A target that is in several groups of a proxy is one row. */
    static TopFrame between(Look before, Look now) {
        Map<List<String>, JsonNode> old = new HashMap<>();
        before.targets().forEach(row -> old.putIfAbsent(TargetRows.key(row), row));
        double seconds = Math.max(1, now.nanos() - before.nanos()) / 1e9;
        Map<List<String>, TopRow> rows = new LinkedHashMap<>();
        now.targets()
                .forEach(row -> rows.computeIfAbsent(
                        TargetRows.key(row),
                        key -> TopRow.between(old.getOrDefault(key, MissingNode.getInstance()), row, seconds)));
        return new TopFrame(List.copyOf(rows.values()));
    }

    private List<TopRow> sorted(TopRow.Order order, boolean reversed) {
        Comparator<TopRow> comparator = order.comparator();
        return rows.stream()
                .sorted(reversed ? comparator.reversed() : comparator)
                .toList();
    }

    /**
     * @param head of the page
     * @param width no line is longer
     * @param height there are no more lines
     */
    List<String> lines(String head, TopRow.Order order, boolean reversed, int width, int height) {
        List<TopRow> sorted = sorted(order, reversed);
        int shown = Math.min(sorted.size(), Math.max(1, height - OTHER_LINES));
        List<String> lines = new ArrayList<>(List.of(head, totals(), ""));
        lines.addAll(table(sorted.subList(0, shown)).lines());
        if (shown < sorted.size()) {
            lines.add("and " + (sorted.size() - shown) + " more");
        }
        return lines.stream()
                .limit(height)
                .map(line -> line.length() > width ? line.substring(0, width) : line)
                .toList();
    }

    /** A target's bytes stand in the row of each proxy that has it: they are of the target, and counted here once. */
    private String totals() {
        Map<String, TopRow> targets = new HashMap<>();
        rows.forEach(row -> targets.put(row.target(), row));
        double opened = rows.stream().mapToDouble(TopRow::opened).sum();
        long active = targets.values().stream().mapToLong(TopRow::active).sum();
        double to = targets.values().stream().mapToDouble(TopRow::bytesToTarget).sum();
        double from =
                targets.values().stream().mapToDouble(TopRow::bytesToClient).sum();
        return Amounts.text(opened) + " new/s, " + active + " active, " + bytes(to) + " to targets, " + bytes(from)
                + " from them";
    }

    private static String bytes(double rate) {
        String amount = Amounts.text(rate);
        return amount + (amount.contains(" ") ? "" : " ") + "B/s";
    }

    private static Table table(List<TopRow> rows) {
        Table table = new Table("PROXY", "TARGET", "NOW", "NEW/s", "ACTIVE", "PKT/s", "TO B/s", "FROM B/s", "WHY");
        rows.forEach(row -> table.row(
                row.proxy(),
                row.target(),
                row.weight(),
                Amounts.text(row.opened()),
                row.active(),
                Amounts.text(row.packets()),
                Amounts.text(row.bytesToTarget()),
                Amounts.text(row.bytesToClient()),
                row.reason()));
        return table;
    }

    ObjectNode json(TopRow.Order order, boolean reversed) {
        ObjectNode frame = JsonNodeFactory.instance.objectNode();
        ArrayNode targets = frame.putArray("targets");
        sorted(order, reversed).forEach(row -> targets.add(row.json()));
        return frame;
    }
}
