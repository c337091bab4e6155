package io.weir.config;

import io.weir.model.Desired;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a configuration as the EDN that {@link ConfigFile} reads back to an equal one. */
public final class ConfigText {

    private static final int WIDTH = 100;

    private ConfigText() {}

    /** The whole file, secrets included. */
    public static String of(Desired desired) {
        return print(ConfigTree.of(desired), 0) + "\n";
    }

    /** A value of {@link ConfigTree}, on one line. */
    static String line(Object value) {
        return flat(value);
    }

    /** On one line where it fits, else an entry a line, aligned behind the bracket. */
    private static String print(Object value, int column) {
        String flat = flat(value);
        if (column + flat.length() <= WIDTH) {
            return flat;
        }
        String indent = "\n" + " ".repeat(column + 1);
        return switch (value) {
            case Map<?, ?> map ->
                join(
                        "{",
                        map.entrySet().stream()
                                .map(entry -> printEntry(entry, column + 1))
                                .toList(),
                        indent,
                        "}");
            case List<?> list ->
                join("[", list.stream().map(item -> print(item, column + 1)).toList(), indent, "]");
            default -> flat;
        };
    }

    private static String printEntry(Map.Entry<?, ?> entry, int column) {
        String key = ":" + entry.getKey() + " ";
        return key + print(entry.getValue(), column + key.length());
    }

    private static String flat(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                join(
                        "{",
                        map.entrySet().stream()
                                .map(entry -> ":" + entry.getKey() + " " + flat(entry.getValue()))
                                .toList(),
                        " ",
                        "}");
            case List<?> list -> join("[", list.stream().map(ConfigText::flat).toList(), " ", "]");
            case String text -> quoted(text);
            case Optional<?> optional -> optional.map(ConfigText::flat).orElse("nil");
            case ConfigTree.Keyword keyword -> ":" + keyword.name();
            default -> value.toString();
        };
    }

    private static String join(String open, List<String> parts, String separator, String close) {
        return open + String.join(separator, parts) + close;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            switch (character) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }
}
