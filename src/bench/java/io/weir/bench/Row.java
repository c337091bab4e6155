package io.weir.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of the report: the same thing measured for each contender.
 *
 * @param unit of the samples, as "ns a packet"
 * @param values by contender, in the order of the table
 * @param note what a reader must know to understand it, or empty
 */
record Row(String name, String unit, Map<String, Samples> values, List<Goal> goals, String note) {

    Row {
        values = new LinkedHashMap<>(values);
        goals = List.copyOf(goals);
    }

    static Row of(String name, String unit, Map<String, Samples> values) {
        return new Row(name, unit, values, List.of(), "");
    }

    static Row of(String name, String unit, String contender, double... samples) {
        return of(name, unit, Map.of(contender, new Samples(samples)));
    }

    Row with(Goal goal) {
        List<Goal> more = new ArrayList<>(goals);
        more.add(goal);
        return new Row(name, unit, values, more, note);
    }

    Row noting(String words) {
        return new Row(name, unit, values, goals, note.isEmpty() || words.isEmpty() ? note + words : note + "; " + words);
    }

    Samples of(String contender) {
        Samples samples = values.get(contender);
        if (samples == null) {
            throw new IllegalArgumentException(contender + " was not measured in '" + name + "'");
        }
        return samples;
    }

    double median(String contender) {
        return of(contender).median();
    }

    /** How many times the other's figure this one's is. */
    double ratio(String contender, String other) {
        return of(contender).ratioTo(of(other));
    }
}
