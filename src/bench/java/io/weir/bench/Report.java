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
    private final List<Goal> goals = new ArrayList<>();

    Report(Map<String, String> machine) {
        this.machine = machine;
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
        rows.forEach(row -> goals.addAll(row.goals()));
    }

    void fail(Part part, Exception failure) {
        parts.add(Map.of("name", part.name(), "failed", failure.toString()));
    }

    String summary() {
        long reached = goals.stream().filter(Goal::reached).count();
        return goals.isEmpty() ? "" : "\n" + reached + " of " + goals.size() + " figures reached";
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
