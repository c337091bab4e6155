package io.weir.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a host sent, or heard, no advert of a sender that goes on after that, by the lines of a tcpdump on all its
 * interfaces. The times are those at which the kernel had the packets in hand. Of one thread.
 */
final class AdvertGaps {

    private static final Pattern ADVERT = Pattern.compile(
            "(?<second>\\d+)\\.(?<micro>\\d{6}) (?<device>\\S+) +(?<way>\\S+) +IP (?<sender>\\S+) > 224\\.0\\.0\\.18: VRRP.*");

    /** Whoever was silent for longer had no advert to send: the VIPs were elsewhere. */
    private static final Duration ABSENCE = Duration.ofSeconds(2);

    private final Map<String, Instant> last = new HashMap<>();
    private Duration sent = Duration.ZERO;
    private Duration heard = Duration.ZERO;

    /** It ended at this time. */
    record Gap(boolean sent, String device, String sender, Instant end, Duration length) {

        String words() {
            return String.format(
                    "%s %s no advert of %s for %d ms",
                    device, sent ? "sent" : "heard", sender, length.toMillis());
        }
    }

    /** The gap that this advert ends; empty: it is the first one, or the line is of something else. */
    Optional<Gap> take(String line) {
        Matcher advert = ADVERT.matcher(line);
        if (!advert.matches()) {
            return Optional.empty();
        }
        Instant time = Instant.ofEpochSecond(Long.parseLong(advert.group("second")))
                .plusNanos(Long.parseLong(advert.group("micro")) * 1000);
        boolean out = advert.group("way").equals("Out");
        Instant before = last.put(advert.group("device") + out + advert.group("sender"), time);
        if (before == null || before.plus(ABSENCE).isBefore(time)) {
            return Optional.empty();
        }
        Gap gap = new Gap(out, advert.group("device"), advert.group("sender"), time, Duration.between(before, time));
        if (out) {
            sent = longer(sent, gap.length());
        } else {
            heard = longer(heard, gap.length());
        }
        return Optional.of(gap);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The longest between two that this host sent. */
    Duration sent() {
        return sent;
    }

    /** The longest between two that came to this host. */
    Duration heard() {
        return heard;
    }
}
