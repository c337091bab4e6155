package io.weir.failover;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** A line of keepalived's log on a console, as {@code Thu Nov 26 11:15:32 2026: words}: whole seconds. */
record KeepalivedLine(Instant time, String words) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    /** Empty: it has another form. */
    static Optional<KeepalivedLine> parse(String line) {
        int end = line.indexOf(": ");
        if (end < 0) {
            return Optional.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.parse(line.substring(0, end), TIME);
            return Optional.of(new KeepalivedLine(
                    time.atZone(ZoneId.systemDefault()).toInstant(), line.substring(end + 2)));
        } catch (DateTimeParseException other) {
            return Optional.empty();
        }
    }
}
