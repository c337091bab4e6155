package io.weir.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in its file each value of a configuration stands. */
final class Lines {

    /** Of a configuration that was not read from a file. */
    static final Lines NONE = new Lines(new Edn.Table(List.of(), 0));

    /** A key, or an index in brackets. */
    private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]]+)|\\[([0-9]+)]");

    private final Edn document;

    private Lines(Edn document) {
        this.document = document;
    }

    static Lines of(Edn document) {
        return new Lines(document);
    }

    /** The line of the value at a path or, where it was not written, of what it would stand in; 0 without a file. */
    int of(String path) {
        Edn nearest = document;
        Matcher steps = STEP.matcher(path);
        while (steps.find()) {
            Optional<Edn> next = step(nearest, steps);
            if (next.isEmpty()) {
                break;
            }
            nearest = next.get();
        }
        return nearest.line();
    }

    private static Optional<Edn> step(Edn value, Matcher step) {
        String key = step.group(1);
        if (key != null) {
            return value instanceof Edn.Table table ? table.find(key) : Optional.empty();
        }
        int index = Integer.parseInt(step.group(2));
        return value instanceof Edn.Vector vector && index < vector.items().size()
                ? Optional.of(vector.items().get(index))
                : Optional.empty();
    }
}
