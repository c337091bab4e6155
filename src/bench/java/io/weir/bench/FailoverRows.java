package io.weir.bench;

import static io.weir.bench.FailoverOptions.WEIR;

import io.weir.failover.Drill.Result;
import io.weir.failover.Outcome;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Outcome.Held;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What became of connections, in rows, each contender's beside the other's. */
final class FailoverRows {

    private final Map<Scene, Map<String, Result>> results = new LinkedHashMap<>();

    /**
     * Something that happened.
     *
     * @param stall what 99 of 100 connections may notice of it; NaN: no figure was set
     * @param refused for how long new connections may be refused; NaN: no figure was set
     */
    record Scene(String words, double stall, double refused) {

        static Scene death(String words) {
            return new Scene(words, 350, 300);
        }

        static Scene planned(String words) {
            return new Scene(words, 50, 300);
        }

        static Scene nothing(String words) {
            return new Scene(words, Double.NaN, 300);
        }

        /** Packets go all ways at once, also those of a handshake: its answer comes by a node that was not asked. */
        static Scene allWays(String words) {
            return new Scene(words, Double.NaN, Double.NaN);
        }
    }

    /** It takes minutes until there is a table. */
    void note(String contender, Scene scene, Result result) {
        results.computeIfAbsent(scene, _ -> new LinkedHashMap<>()).put(contender, result);
        Outcome outcome = result.outcome();
        System.err.printf(
                Locale.ROOT,
                "weir: %s, %s: %,d of %,d connections live, %,d broken, %,d packets lost; busy ones waited %.0f ms (50 %%), %.0f ms (99 %%), the client paused %.0f ms%n",
                contender,
                scene.words(),
                outcome.survivors(),
                outcome.total(),
                outcome.broken(),
                result.lost(),
                outcome.of(Group.BUSY).stall(0.5),
                outcome.of(Group.BUSY).stall(0.99),
                outcome.pauseMillis());
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        results.forEach((scene, byContender) -> rows.addAll(rows(scene, byContender)));
        return rows;
    }

    private static List<Row> rows(Scene scene, Map<String, Result> results) {
        String name = scene.words() + ": ";
        List<Row> rows = new ArrayList<>();
        rows.add(atLeast(100, row(name + "survivors older than 0.1 s", "%", results, result -> share(
                        result.outcome(), Group.BUSY, Group.IDLE, Group.PUSH, Group.YOUNG)))
                .noting(failures(results)));
        rows.add(atLeast(99.9, row(name + "survivors of the last second", "%", results, result -> share(
                result.outcome(), Group.YOUNG, Group.YOUNGEST))));
        rows.add(atMost(0, row(name + "reset, closed or wrong", "connections", results, result ->
                result.outcome().broken())));
        if (results.values().stream().noneMatch(result -> Double.isNaN(result.movedMillis()))) {
            rows.add(row(name + "VIP on another node after", "ms", results, Result::movedMillis));
        }
        rows.add(row(name + "packets lost", "packets", results, Result::lost));
        for (Group group : List.of(Group.BUSY, Group.PUSH)) {
            String of = name + "stall of " + group.name().toLowerCase(Locale.ROOT) + " ";
            rows.add(row(of + "p50", "ms", results, held(group, held -> held.stall(0.5))));
            rows.add(atMost(scene.stall(), row(of + "p99", "ms", results, held(group, held -> held.stall(0.99)))));
            rows.add(row(of + "max", "ms", results, held(group, held -> held.stall(1))));
        }
        rows.add(row(name + "longest pause of the client itself", "ms", results, result ->
                result.outcome().pauseMillis()));
        rows.add(atMost(scene.refused(), row(name + "new connections refused for", "ms", results, result ->
                result.outcome().fresh().refusedMillis())));
        rows.add(row(name + "new connections that broke, or were never answered", "connections", results, result ->
                result.outcome().fresh().broken() + result.outcome().fresh().failed()));
        return rows;
    }

    private static Row atMost(double limit, Row row) {
        return Double.isNaN(limit) || !row.values().containsKey(WEIR)
                ? row
                : row.with(Goal.atMost(WEIR, row.median(WEIR), limit));
    }

    private static Row atLeast(double limit, Row row) {
        return row.values().containsKey(WEIR) ? row.with(Goal.atLeast(WEIR, row.median(WEIR), limit)) : row;
    }

    private static ToDoubleFunction<Result> held(Group group, ToDoubleFunction<Held> figure) {
        return result -> figure.applyAsDouble(result.outcome().of(group));
    }

    /** In a hundred; of none, all. */
    private static double share(Outcome outcome, Group... groups) {
        long total = 0;
        long survivors = 0;
        for (Group group : groups) {
            total += outcome.of(group).total();
            survivors += outcome.of(group).survivors();
        }
        return total == 0 ? 100 : 100.0 * survivors / total;
    }

    private static String failures(Map<String, Result> results) {
        StringBuilder note = new StringBuilder();
        results.forEach((name, result) -> {
            if (!result.outcome().failures().isEmpty()) {
                note.append(name).append(": ").append(result.outcome().failures()).append(' ');
            }
        });
        return note.toString().strip();
    }

    private static Row row(String name, String unit, Map<String, Result> results, ToDoubleFunction<Result> figure) {
        Map<String, Samples> values = new LinkedHashMap<>();
        results.forEach((contender, result) -> values.put(contender, new Samples(figure.applyAsDouble(result))));
        return Row.of(name, unit, values);
    }
}
