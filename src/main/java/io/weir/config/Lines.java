package io.weir.config;

import java.util.HashMap;
import java.util.Map;

/** Where in its file each value of a configuration stands. */
final class Lines {

    /** Of a configuration that was not read from a file. */
    static final Lines NONE = new Lines(Map.of());

    private final Map<String, Integer> byPath;

    private Lines(Map<String, Integer> byPath) {
        this.byPath = byPath;
    }

    static Lines of(Node document) {
        Map<String, Integer> byPath = new HashMap<>();
        collect("", document, byPath);
        return new Lines(byPath);
    }

    /** The line of the value at a path or, where it was not written, of what it would stand in; 0 without a file. */
    int of(String path) {
        String written = path;
        while (!written.isEmpty() && !byPath.containsKey(written)) {
            written = written.substring(0, Math.max(0, Math.max(written.lastIndexOf('.'), written.lastIndexOf('['))));
        }
        return byPath.getOrDefault(written, 0);
    }

    /** Of two ways to write one thing the one that was used; the other where neither was. */
    String firstWritten(String path, String other) {
        return byPath.containsKey(path) ? path : other;
    }

    private static void collect(String path, Node node, Map<String, Integer> byPath) {
        byPath.putIfAbsent(path, node.line());
        if (node instanceof Node.Vector vector) {
            for (int i = 0; i < vector.items().size(); i++) {
                collect(Paths.item(path, i), vector.items().get(i), byPath);
            }
        } else if (node instanceof Node.Table table) {
            for (Node.Entry entry : table.entries()) {
                if (entry.key() instanceof Node.Word key) {
                    collect(Paths.key(path, key.name()), entry.value(), byPath);
                }
            }
        }
    }
}
