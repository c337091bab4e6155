package io.weir.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** DNS names as RFC 1123 writes them, with the underscore that service names use. */
final class HostName {

    private static final int MAX_LENGTH = 253;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");

    private HostName() {}

    /**
     * Checks a name and takes a closing dot off.
     *
     * @throws IllegalArgumentException if it is none, or looks like an address
     */
    static String parse(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String[] labels = name.split("\\.", -1);
        boolean good = name.length() <= MAX_LENGTH && !labels[labels.length - 1].matches("[0-9]+");
        for (String label : labels) {
            good &= LABEL.matcher(label).matches();
        }
        if (!good) {
            throw new IllegalArgumentException("'" + text + "' is no host name");
        }
        return name;
    }

    /** A name of a TLS client, in lower case; {@code *.} may stand for its first label. */
    static String parsePattern(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.startsWith("*.") ? "*." + parse(lower.substring(2)) : parse(lower);
    }
}
