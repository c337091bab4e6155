package io.weir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Everything measured in one run: text for people, JSON for comparisons. */
final class Report {

    private static final DateTimeFormatter FILE_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Instant started = Instant.now();
    private final Map<String, String> machine;
    private final List<Map<String, Object>> parts = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** A goal and where it stands. */
    private record Figure(String part, String row, Goal goal) {}

    Report(Map<String, String> machine) {
        this.machine = machine;
    }

    /** Where reports, and what belongs to them, are written. */
    static Path directory() {
        return Path.of(System.getProperty("weir.root", "."), "target", "bench");
    }

    String heading() {
        return machine.entrySet().stream()
                .map(fact -> String.format("%-9s %s", fact.getKey(), fact.getValue()))
                .collect(Collectors.joining("\n"));
    }

    void add(Part part, List<Row> rows, double seconds) {
        parts.add(Map.of(
                "name", part.name(),
                "method", part.method(),
                "seconds", seconds,
                "rows", rows.stream().map(Report::json).toList()));
        note(part, rows);
    }

    /** @param rows measured before it failed */
    void fail(Part part, List<Row> rows, String why) {
        parts.add(Map.of(
                "name", part.name(),
                "failed", why,
                "rows", rows.stream().map(Report::json).toList()));
        note(part, rows);
        failures.add(String.format("  %-8s not measured to its end: %s", part.name(), why));
    }

    private void note(Part part, List<Row> rows) {
        rows.forEach(row -> row.goals().forEach(goal -> figures.add(new Figure(part.name(), row.name(), goal))));
    }

    /** Every figure to reach, on a line of its own. */
    String summary() {
        StringBuilder text = new StringBuilder("\nfigures\n");
        figures.forEach(figure -> text.append(String.format(
                "  %-8s %-58s %s%n", figure.part(), figure.row(), figure.goal().text())));
        failures.forEach(failure -> text.append(failure).append("\n"));
        long reached = figures.stream().filter(figure -> figure.goal().reached()).count();
        return text + "\n" + reached + " of " + figures.size() + " figures reached";
    }

    Path write(Path directory) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("started", started.toString());
        all.put("machine", machine);
        all.put("parts", parts);
        try {
            Path file = Files.createDirectories(directory).resolve(FILE_NAME.format(started) + ".json");
            mapper.writeValue(file.toFile(), all);
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", row.name());
        json.put("unit", row.unit());
        Map<String, Object> values = new LinkedHashMap<>();
        row.values().forEach((contender, samples) -> values.put(
                contender,
                Map.of(
                        "median", samples.median(),
                        "min", samples.min(),
                        "max", samples.max(),
                        "samples", samples.values())));
        json.put("values", values);
        json.put("goals", row.goals().stream().map(Report::json).toList());
        if (!row.note().isEmpty()) {
            json.put("note", row.note());
        }
        return json;
    }

    private static Map<String, Object> json(Goal goal) {
        return Map.of(
                "what", goal.what(),
                "value", goal.value(),
                goal.atMost() ? "at-most" : "at-least", goal.limit(),
                "reached", goal.reached());
    }
}
