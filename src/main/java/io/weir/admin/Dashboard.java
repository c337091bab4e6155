package io.weir.admin;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The page at {@code /}: files of the program, the same for everybody and without a key. What it shows it asks the API for,
 * with the key that its reader types.
 */
final class Dashboard {

    static final Set<String> METHODS = new TreeSet<>(Set.of("GET", "HEAD", "OPTIONS"));

    static final List<String> FILES = List.of(
            "index.html",
            "icon.svg",
            "colours.css",
            "page.css",
            "parts.css",
            "tables.css",
            "api.js",
            "aside.js",
            "cluster.js",
            "confirm.js",
            "dom.js",
            "events.js",
            "main.js",
            "model.js",
            "path.js",
            "poll.js",
            "problems.js",
            "proxies.js",
            "reasons.js",
            "series.js",
            "table.js",
            "targets.js",
            "tiles.js",
            "words.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "svg", "image/svg+xml",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8");

    /** The page runs its own files alone, talks to its own node alone, and never reads text as HTML. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-cache"); // kept, but asked for each time: another version of the program has other files

    private final Map<String, File> files =
            FILES.stream().map(File::read).collect(Collectors.toUnmodifiableMap(File::path, Function.identity()));

    /**
     * @param path of its URL
     * @param tag its entity tag
     */
    private record File(String path, String type, byte[] bytes, String tag) {

        static File read(String name) {
            try (InputStream in = Objects.requireNonNull(
                    Dashboard.class.getResourceAsStream("dashboard/" + name), "it is packed with " + name)) {
                byte[] bytes = in.readAllBytes();
                String type = Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
                return new File(name.equals("index.html") ? "/" : "/dashboard/" + name, type, bytes, tag(bytes));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        private static String tag(byte[] bytes) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** @param wanted an If-None-Match, by RFC 9110 */
        boolean isAmong(String wanted) {
            return Arrays.stream(wanted.split(","))
                    .map(String::strip)
                    .anyMatch(one ->
                            one.equals("*") || one.replaceFirst("^W/", "").equals(tag));
        }

        void answer(Context context) {
            HEADERS.forEach(context::header);
            context.header("ETag", tag);
            String wanted = context.header("If-None-Match");
            if (wanted != null && isAmong(wanted)) {
                context.status(304);
            } else {
                context.contentType(type).result(bytes);
            }
        }
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    void addRoutes(JavalinConfig config) {
        for (File file : files.values()) {
            for (HandlerType method : List.of(HandlerType.GET, HandlerType.HEAD)) {
                config.routes.addHttpHandler(method, file.path(), file::answer);
            }
        }
    }
}
