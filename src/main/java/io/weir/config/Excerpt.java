package io.weir.config;

/** Text of a file as an error shows it: on one line, printable and short. */
final class Excerpt {

    private static final int MAX_LENGTH = 60;
    private static final int MAX_MESSAGE = 200;

    private Excerpt() {}

    static String of(String text) {
        return of(text, MAX_LENGTH);
    }

    /** What an exception says. */
    static String of(Exception refused) {
        return of(String.valueOf(refused.getMessage()), MAX_MESSAGE);
    }

    private static String of(String text, int length) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(length).forEach(character -> append(shown, character));
        return text.codePointCount(0, text.length()) > length ? shown + "…" : shown.toString();
    }

    private static void append(StringBuilder shown, int character) {
        int type = Character.getType(character);
        boolean invisible = type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
        if (invisible) {
            shown.append(String.format("\\u%04x", character));
        } else {
            shown.appendCodePoint(character);
        }
    }
}
