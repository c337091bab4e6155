package io.weir.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What configurations are written in elsewhere: told from how a text begins that is no configuration in EDN. */
final class OtherFormat {

    /** A key in quotes with a colon behind it, as the first thing of an object. */
    private static final Pattern JSON = Pattern.compile("[\\s\\[]*+\\{\\s*+(\"[^\"\\n]*+\"\\s*+:)");

    /** The first line that is no comment: a key with a colon behind it, or the mark where a document begins. */
    private static final Pattern YAML = Pattern.compile("---|(?:- +)?+\"?[A-Za-z_][\\w.-]*+\"?:(?:\\s|$)");

    private OtherFormat() {}

    /** What to say of a text that cannot be read; empty if it looks like neither JSON nor YAML. */
    static Optional<ConfigError> in(String text) {
        Matcher json = JSON.matcher(text);
        if (json.lookingAt()) {
            int line = 1
                    + (int) text.substring(0, json.start(1))
                            .chars()
                            .filter(next -> next == '\n')
                            .count();
            return Optional.of(error(line, "JSON", "{\"name\": \"web\", \"port\": 80}"));
        }
        int line = 0;
        for (String written : (Iterable<String>) text.lines()::iterator) {
            line++;
            if (!written.isBlank() && !written.strip().startsWith("#")) {
                return YAML.matcher(written).lookingAt()
                        ? Optional.of(error(line, "YAML", "name: web"))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static ConfigError error(int line, String format, String example) {
        return new ConfigError(
                "",
                line,
                "this looks like " + format + "; the configuration is EDN: write {:name \"web\" :port 80} where "
                        + format + " has " + example);
    }
}
