package io.weir.admin;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** What a handler sees of a request. */
final class Request {

    /** Ten thousand proxies with a route each fit. */
    static final int MAX_BODY = 4 << 20;

    private static final String MAY_CHANGE = "may-change";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Context context;

    Request(Context context) {
        this.context = context;
    }

    /** For a handler to ask: whether the caller's key is the full one, or none is needed. */
    static void tellMayChange(Context context, boolean may) {
        context.attribute(MAY_CHANGE, may);
    }

    boolean mayChange() {
        return Boolean.TRUE.equals(context.<Boolean>attribute(MAY_CHANGE));
    }

    /** The part of the path that a name in braces stands for, decoded. */
    String path(String name) {
        return context.pathParam(name);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParam(name));
    }

    /** @throws Refusal if it is no whole number from min to max */
    Optional<Integer> wholeQuery(String name, int min, int max) {
        return query(name).map(text -> {
            int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : min - 1;
            if (number < min || number > max) {
                throw Refusal.invalid("?" + name, "write a whole number, " + min + " to " + max);
            }
            return number;
        });
    }

    Fields fields() {
        return new Fields(body());
    }

    /**
     * The body as a plain tree.
     *
     * @throws Refusal if it is no JSON, or too large
     */
    Object body() {
        String type = Optional.ofNullable(context.contentType()).orElse("");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new Refusal(415, "unsupported-media-type", "send the body as Content-Type: application/json");
        }
        try (InputStream in = context.bodyInputStream()) {
            return Json.plain(whole(in));
        } catch (IOException gone) {
            throw new Refusal(400, "body-cut-off", "the body did not come whole");
        }
    }

    /** A caller who sends it byte by byte is not waited for: each one alone would pass for a sign of life. */
    private static byte[] whole(InputStream in) throws IOException {
        long start = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            body.write(part, 0, read);
            if (body.size() > MAX_BODY) {
                throw new Refusal(413, "body-too-large", "a body has at most " + MAX_BODY + " bytes");
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new Refusal(408, "body-too-slow", "a body comes within " + PATIENCE.toSeconds() + " seconds");
            }
        }
        return body.toByteArray();
    }
}
