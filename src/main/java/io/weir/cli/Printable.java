package io.weir.cli;

import java.util.regex.Pattern;

/** What somebody else wrote, without what a terminal obeys: escape sequences begin with a control character. */
final class Printable {

    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final Pattern CONTROL_IN_LINES = Pattern.compile("[\\p{Cc}&&[^\n\t]]");
    private static final String REPLACEMENT = "\ufffd";

    private Printable() {}

    static String line(String text) {
        return CONTROL.matcher(text).replaceAll(REPLACEMENT);
    }

    static String lines(String text) {
        return CONTROL_IN_LINES.matcher(text).replaceAll(REPLACEMENT);
    }
}
