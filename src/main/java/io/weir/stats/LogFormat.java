package io.weir.stats;

import io.weir.model.AccessLog;
import io.weir.model.Flow;
import io.weir.stats.FlowEvent.Closed;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;

/**
 * A line of the access log, without its end. Nothing in a line comes from a packet's payload; names are escaped all the same,
 * so that none can end a line or a field.
 */
final class LogFormat {

    /** As the common log format has it: {@code 10/Oct/2000:13:55:36 -0700}. */
    private static final DateTimeFormatter CLF_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

    private LogFormat() {}

    /** @param zone of the times in the common log format; JSON has UTC */
    static Function<Closed, String> of(AccessLog.Format format, ZoneId zone) {
        return switch (format) {
            case JSON -> LogFormat::json;
            case CLF -> closed -> commonLog(closed, zone);
        };
    }

    /** One object, its time as RFC 3339 has it. */
    static String json(Closed closed) {
        FlowEvent.Connection connection = closed.connection();
        Flow.Totals totals = closed.totals();
        return "{\"time\":"
                + quoted(closed.time().truncatedTo(ChronoUnit.MILLIS).toString()) + ",\"protocol\":"
                + quoted(connection.protocol().name().toLowerCase(Locale.ROOT)) + ",\"client\":"
                + quoted(connection.client().toString()) + ",\"vip\":"
                + quoted(connection.vip().toString()) + ",\"proxy\":"
                + connection.proxy().map(LogFormat::quoted).orElse("null") + ",\"target\":"
                + connection.target().map(target -> quoted(target.toString())).orElse("null") + ",\"bytes-to-target\":"
                + totals.bytesToTarget() + ",\"packets-to-target\":" + totals.packetsToTarget()
                + ",\"bytes-to-client\":"
                + totals.bytesToClient() + ",\"packets-to-client\":" + totals.packetsToClient() + ",\"duration-ms\":"
                + closed.duration().toMillis() + ",\"ended\":" + quoted(ending(closed)) + "}";
    }

    /**
     * {@code client - proxy [time] "PROTOCOL vip target" ending bytes-to-client} and, as the combined format adds fields,
     * {@code bytes-to-target packets-to-target packets-to-client duration-ms}.
     */
    static String commonLog(Closed closed, ZoneId zone) {
        FlowEvent.Connection connection = closed.connection();
        Flow.Totals totals = closed.totals();
        return connection.client().address() + " - "
                + connection.proxy().map(LogFormat::word).orElse("-") + " ["
                + CLF_TIME.format(closed.time().atZone(zone))
                + "] "
                + quoted(connection.protocol() + " " + connection.vip() + " "
                        + connection.target().map(Object::toString).orElse("-"))
                + " " + ending(closed) + " " + totals.bytesToClient() + " " + totals.bytesToTarget() + " "
                + totals.packetsToTarget() + " " + totals.packetsToClient() + " "
                + closed.duration().toMillis();
    }

    private static String ending(Closed closed) {
        return closed.ending().name().toLowerCase(Locale.ROOT);
    }

    /** A JSON string (RFC 8259 section 7) in ASCII; the common log format's quotes are escaped alike. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        escape(text, out);
        return out.append('"').toString();
    }

    /** A field without quotes around it. */
    private static String word(String text) {
        StringBuilder out = new StringBuilder(text.length());
        escape(text.isEmpty() ? "-" : text, out);
        return out.toString().replace(" ", "\\u0020");
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"' || letter == '\\') {
                out.append('\\').append(letter);
            } else if (letter < ' ' || letter > '~') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
            } else {
                out.append(letter);
            }
        }
    }
}
