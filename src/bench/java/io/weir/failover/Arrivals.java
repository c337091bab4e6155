package io.weir.failover;

import io.weir.failover.Drill.Move;
import io.weir.failover.Rack.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When the VIP comes to hosts: each host's kernel says it, and nobody asks again and again. The time is written down by a
 * process that is scheduled at once, by the clock that blows are timed by.
 */
final class Arrivals implements AutoCloseable {

    private static final Pattern ADDED = Pattern.compile("\\[([-0-9T:.]+)\\] [0-9].* " + Pattern.quote(Rack.VIP) + "/.*");

    private final List<Process> monitors = new ArrayList<>();
    private final BlockingQueue<Move> arrivals = new LinkedBlockingQueue<>();

    private Arrivals() {}

    /** Begins to listen; returns when it does. */
    static Arrivals at(Rack rack, Collection<Place> places) {
        Arrivals arrivals = new Arrivals();
        try {
            for (Place place : places) {
                arrivals.listen(rack, place);
            }
            return arrivals;
        } catch (IOException failed) {
            arrivals.close();
            throw new UncheckedIOException(failed);
        }
    }

    /** An address that comes and goes is heard of when the monitor hears. */
    private void listen(Rack rack, Place place) throws IOException {
        Process monitor = new ProcessBuilder(
                        "nsenter",
                        "--net=" + rack.path(place.role()),
                        "chrt",
                        "--fifo",
                        "10",
                        "ip",
                        "-ts",
                        "-o",
                        "monitor",
                        "address")
                .redirectErrorStream(true)
                .start();
        monitors.add(monitor);
        BufferedReader lines = new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8));
        do {
            rack.in(place.role(), "ip addr add 127.0.0.9/32 dev lo && ip addr del 127.0.0.9/32 dev lo");
        } while (!lines.ready());
        Thread.ofVirtual().start(() -> read(lines, place));
    }

    private void read(BufferedReader lines, Place place) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher added = ADDED.matcher(line);
                if (added.matches()) {
                    Instant time = LocalDateTime.parse(added.group(1))
                            .atZone(ZoneId.systemDefault())
                            .toInstant();
                    arrivals.add(new Move(place, time));
                }
            }
        } catch (IOException closed) {
            // nobody waits any more
        }
    }

    /** Empty: none within this time. */
    Optional<Move> next(Duration patience) {
        try {
            return Optional.ofNullable(arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** So far, of those that were not taken. */
    List<Move> all() {
        return List.copyOf(arrivals);
    }

    @Override
    public void close() {
        monitors.forEach(Process::destroy);
    }
}
