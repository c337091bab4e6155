package io.weir.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigError> errors;
    private final String fileName;

    /**
     * @param fileName said before each error; empty when there is no file
     * @param errors at least one
     */
    public ConfigException(String fileName, List<ConfigError> errors) {
        super(errors.stream().map(error -> error.render(fileName)).collect(Collectors.joining("\n")));
        this.fileName = fileName;
        this.errors = List.copyOf(errors);
    }

    /** In the order of the file. */
    public List<ConfigError> errors() {
        return errors;
    }

    public String fileName() {
        return fileName;
    }

    /** One line for each error; also the message. */
    public List<String> lines() {
        return errors.stream().map(error -> error.render(fileName)).toList();
    }
}
