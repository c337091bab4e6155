package io.weir.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, so that all of it is said at once. */
final class Findings {

    /** Nobody reads more, and a hostile file shall not fill the memory. */
    private static final int MAX_ERRORS = 1000;

    private final List<ConfigError> errors = new ArrayList<>();
    private int unsaid;

    void add(String path, int line, String message) {
        add(new ConfigError(path, line, message));
    }

    void add(ConfigError error) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(error);
        } else {
            unsaid++;
        }
    }

    /** In the order of the file. */
    List<ConfigError> errors() {
        List<ConfigError> sorted = new ArrayList<>(errors);
        sorted.sort(Comparator.comparingInt(ConfigError::line));
        if (unsaid > 0) {
            sorted.add(new ConfigError("", sorted.getLast().line(), "and " + unsaid + " errors more"));
        }
        return List.copyOf(sorted);
    }
}
