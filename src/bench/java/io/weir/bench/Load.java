package io.weir.bench;

import io.weir.testing.Daemon;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk from the client's namespace, with what it and the servers spend. */
final class Load {

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
    private static final Pattern PERCENTILE = Pattern.compile("(50|99)%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern TIME = Pattern.compile("(\\d+)m([0-9.]+)s");
    private static final Pattern ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private final Site site;
    private final List<Daemon> servers;
    private final List<Path> softirqs;

    Load(Site site, List<Daemon> servers) {
        this.site = site;
        this.servers = servers;
        this.softirqs = Run.shell("pgrep ksoftirqd/").lines()
                .map(process -> Path.of("/proc", process.strip(), "schedstat"))
                .toList();
    }

    /** What one turn measured. */
    record Result(double perSecond, double medianMillis, double slowMillis, double cpuMicros) {}

    /** @param options of wrk */
    Result run(String address, int port, int seconds, String options) {
        long before = spent();
        String said = site.in(
                Site.CLIENT,
                "wrk -t1 -c64 -d" + seconds + "s --latency " + options + " http://" + address + ":" + port + "/; times");
        double cpu = (spent() - before) / 1e3 + clientMicros(said);
        Matcher requests = REQUESTS.matcher(said);
        if (!requests.find()) {
            throw new IllegalStateException("wrk said: " + said);
        }
        requireFewErrors(said);
        double count = Double.parseDouble(requests.group(1));
        return new Result(
                count / seconds(requests.group(2), requests.group(3)),
                percentile(said, "50"),
                percentile(said, "99"),
                cpu / count);
    }

    private long spent() {
        long sum = servers.stream().mapToLong(Daemon::spent).sum();
        for (Path softirq : softirqs) {
            try {
                sum += Long.parseLong(Files.readString(softirq).split(" ")[0]);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return sum;
    }

    /** The shell's "times": of itself in the first line, of what it ran in the second. */
    private static double clientMicros(String said) {
        Matcher time = TIME.matcher(said.lines().toList().getLast());
        double seconds = 0;
        while (time.find()) {
            seconds += Integer.parseInt(time.group(1)) * 60 + Double.parseDouble(time.group(2));
        }
        return seconds * 1e6;
    }

    /** Connections that break would make a contender look fast. */
    private static void requireFewErrors(String said) {
        Matcher errors = ERRORS.matcher(said);
        if (errors.find() && Integer.parseInt(errors.group(1)) + Integer.parseInt(errors.group(4)) > 64) {
            throw new IllegalStateException("connections failed: " + errors.group());
        }
    }

    private static double percentile(String said, String which) {
        Matcher percentile = PERCENTILE.matcher(said);
        while (percentile.find()) {
            if (percentile.group(1).equals(which)) {
                return 1e3 * seconds(percentile.group(2), percentile.group(3));
            }
        }
        throw new IllegalStateException("wrk said no percentile: " + said);
    }

    private static double seconds(String number, String unit) {
        return Double.parseDouble(number)
                * switch (unit) {
                    case "us" -> 1e-6;
                    case "ms" -> 1e-3;
                    case "s" -> 1;
                    default -> 60;
                };
    }
}
