package io.weir.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in its file each value of a configuration stands. */
final class Lines {

    /** Of a configuration that was not read from a file. */
    static final Lines NONE = new Lines(new Node.Table(List.of(), 0));

    /** A key, or an index in brackets. */
    private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]]+)|\\[([0-9]+)]");

    private final Node document;

    private Lines(Node document) {
        this.document = document;
    }

    static Lines of(Node document) {
        return new Lines(document);
    }

    /** The line of the value at a path or, where it was not written, of what it would stand in; 0 without a file. */
    int of(String path) {
        Node nearest = document;
        Matcher steps = STEP.matcher(path);
        while (steps.find()) {
            Optional<Node> next = step(nearest, steps);
            if (next.isEmpty()) {
                break;
            }
            nearest = next.get();
        }
        return nearest.line();
    }

    /** Of two ways to write one thing the one that was used; the other where neither was. */
    String firstWritten(String path, String other) {
        Optional<Node> found = Optional.of(document);
        Matcher steps = STEP.matcher(path);
        while (found.isPresent() && steps.find()) {
            found = found.flatMap(node -> step(node, steps));
        }
        return found.isPresent() ? path : other;
    }

    private static Optional<Node> step(Node node, Matcher step) {
        String key = step.group(1);
        if (key != null) {
            return node instanceof Node.Table table ? table.find(key) : Optional.empty();
        }
        int index = Integer.parseInt(step.group(2));
        return node instanceof Node.Vector vector && index < vector.items().size()
                ? Optional.of(vector.items().get(index))
                : Optional.empty();
    }
}
