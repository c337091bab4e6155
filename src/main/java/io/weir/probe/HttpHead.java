package io.weir.probe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of an HTTP/1 answer, of which a check wants the status (RFC 9112, sections 3 and 4). */
final class HttpHead {

    static final int MAX_BYTES = 16_384;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] ([1-5][0-9]{2})( .*)?");
    private static final int SWITCHING_PROTOCOLS = 101;

    private final InputStream in;
    private final byte[] bytes = new byte[MAX_BYTES];
    private int length;

    private HttpHead(InputStream in) {
        this.in = in;
    }

    /**
     * Reads up to the empty line that ends the head of the final answer; interim ones (RFC 9110, section 15.2) are passed over.
     *
     * @param in read in blocks: whatever of the body came with the head is taken too
     * @throws EOFException if the stream ends before
     * @throws MalformedException if it is not HTTP/1, or longer than {@link #MAX_BYTES}
     */
    static int status(InputStream in) throws IOException {
        return new HttpHead(in).status();
    }

    private int status() throws IOException {
        int from = 0;
        while (true) {
            int status = statusOf(line(from));
            from = end(from);
            if (status >= 200 || status == SWITCHING_PROTOCOLS) {
                return status;
            }
        }
    }

    private static int statusOf(String line) throws MalformedException {
        Matcher matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedException("the answer is not HTTP");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private String line(int from) throws IOException {
        int end = lineEnd(from);
        int length = end > from && bytes[end - 1] == '\r' ? end - 1 - from : end - from;
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Where what follows the empty line begins. */
    private int end(int from) throws IOException {
        int start = from;
        while (true) {
            int end = lineEnd(start);
            boolean empty = end == start || (end == start + 1 && bytes[start] == '\r');
            start = end + 1;
            if (empty) {
                return start;
            }
        }
    }

    /** The place of the next LF, read for when it has not come yet. */
    private int lineEnd(int from) throws IOException {
        int at = from;
        while (true) {
            for (; at < length; at++) {
                if (bytes[at] == '\n') {
                    return at;
                }
            }
            if (length == MAX_BYTES) {
                throw new MalformedException("the head of the answer is longer than " + MAX_BYTES + " bytes");
            }
            int read = in.read(bytes, length, MAX_BYTES - length);
            if (read < 0) {
                throw new EOFException("the answer ended early");
            }
            length += read;
        }
    }

    /** An answer that no HTTP server gives. */
    static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }
}
