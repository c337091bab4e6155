package io.weir.admin;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/**
 * What a handler answers.
 *
 * @param body a view, or a {@link Stream}
 */
record Answer(int status, Object body, Map<String, String> headers) {

    /** A body that is written as it comes; ends when this returns. */
    @FunctionalInterface
    interface Stream {
        void write(HttpServletResponse response);
    }

    static Answer ok(Object body) {
        return new Answer(200, body, Map.of());
    }

    /** @param location path of what was made */
    static Answer created(Object body, String location) {
        return new Answer(201, body, Map.of("Location", location));
    }

    /** Of what leaves nothing to show. */
    record Done(boolean success, String message) {}

    static Answer done(String message) {
        return ok(new Done(true, message));
    }
}
