package io.weir.model;

import java.util.Optional;

/**
 * One value of a configuration that is another in the next one.
 *
 * @param path where it stands; elements of lists by their name: {@code proxies[web].default-target[10.0.0.1:80].weight}
 * @param before as the file writes it; empty: it was not there
 * @param after as the file writes it; empty: it is there no more
 * @param needsRestart whether a node that runs cannot take it
 */
public record Change(String path, Optional<String> before, Optional<String> after, boolean needsRestart) {

    private static final int MAX_LENGTH = 100;

    /** One line: {@code PATH: OLD -> NEW}, long values cut short. */
    public String line() {
        return path + ": " + before.map(Change::shortened).orElse("none") + " -> "
                + after.map(Change::shortened).orElse("none");
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
