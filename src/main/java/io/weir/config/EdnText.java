package io.weir.config;

import us.bpsm.edn.EdnSyntaxException;
import us.bpsm.edn.parser.Parseable;
import us.bpsm.edn.util.CharClassify;

/** Feeds the scanner of edn-java and knows the line it is on: the library's own sources do not count. */
final class EdnText implements Parseable {

    /** A longer word or string is an attack or a broken file; numbers of this length still parse at once. */
    private static final int MAX_TOKEN = 65_536;

    private final String text;
    private int position;
    private int line = 1;
    private int tokenStart;

    EdnText(String text) {
        this.text = text;
    }

    /** Skips blanks and comments, so that {@link #line} is where the next token begins. */
    void beginToken() {
        boolean comment = false;
        while (position < text.length()) {
            char next = text.charAt(position);
            if (comment ? isLineEnd(next) : next == ';') {
                comment = !comment;
            } else if (!comment && !CharClassify.isWhitespace(next)) {
                break;
            }
            tokenStart = position;
            read();
        }
        tokenStart = position;
    }

    /** From 1. */
    int line() {
        return line;
    }

    @Override
    public int read() {
        if (position == text.length()) {
            position++;
            return END_OF_INPUT;
        }
        if (position > text.length()) {
            return END_OF_INPUT;
        }
        if (position - tokenStart > MAX_TOKEN) {
            throw new EdnSyntaxException("a word or string is longer than " + MAX_TOKEN + " characters");
        }
        if (endsLine(position)) {
            line++;
        }
        return text.charAt(position++);
    }

    @Override
    public void unread(int character) {
        position--;
        if (position < text.length() && endsLine(position)) {
            line--;
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private static boolean isLineEnd(char character) {
        return character == '\n' || character == '\r';
    }

    /** Whether a line ends with this character: LF, CR LF (at its LF) and CR alone. */
    private boolean endsLine(int at) {
        char character = text.charAt(at);
        boolean beforeLineFeed = at + 1 < text.length() && text.charAt(at + 1) == '\n';
        return character == '\n' || (character == '\r' && !beforeLineFeed);
    }
}
