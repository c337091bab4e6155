package io.weir.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, so that all of it is said at once. */
final class Findings {

    private final List<ConfigError> errors = new ArrayList<>();

    void add(String path, int line, String message) {
        errors.add(new ConfigError(path, line, message));
    }

    void add(ConfigError error) {
        errors.add(error);
    }

    /** In the order of the file. */
    List<ConfigError> errors() {
        return errors.stream()
                .sorted(Comparator.comparingInt(ConfigError::line))
                .toList();
    }
}
