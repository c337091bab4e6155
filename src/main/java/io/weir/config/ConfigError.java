package io.weir.config;

/**
 * One thing wrong with a configuration.
 *
 * @param path of the value, as in {@code proxies[0].default-target[1].weight}; empty for the file as a whole
 * @param line in the file, from 1; 0 when it did not come from a file
 * @param message what was found and what is allowed
 */
public record ConfigError(String path, int line, String message) {

    /** One line, as compilers write it: {@code config.edn:12: path: message}. */
    public String render(String fileName) {
        StringBuilder text = new StringBuilder(fileName);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (!path.isEmpty()) {
            text.append(text.isEmpty() ? "" : ": ").append(path);
        }
        return text.append(text.isEmpty() ? "" : ": ").append(message).toString();
    }
}
