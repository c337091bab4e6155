package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;

/**
 * What goes over a target of a proxy, a second.
 *
 * @param weight the effective one, of the first of the proxy's groups that it is in
 * @param reason why that is so
 * @param active connections now, by whichever proxy
 * @param opened connections that came by this proxy
 * @param packets both ways, by whichever proxy
 * @param bytesToTarget by whichever proxy
 * @param bytesToClient by whichever proxy
 */
record TopRow(
        String proxy,
        String target,
        int weight,
        String reason,
        long active,
        double opened,
        double packets,
        double bytesToTarget,
        double bytesToClient) {

    /** What comes first. */
    enum Order {
        NEW(Comparator.comparingDouble(TopRow::opened).reversed()),
        ACTIVE(Comparator.comparingLong(TopRow::active).reversed()),
        BYTES(Comparator.comparingDouble(TopRow::bytes).reversed()),
        PACKETS(Comparator.comparingDouble(TopRow::packets).reversed()),
        TARGET(Comparator.comparing(TopRow::target));

        private final Comparator<TopRow> comparator;

        Order(Comparator<TopRow> comparator) {
            this.comparator = comparator;
        }

        /** Those that are alike stay in one place from frame to frame. */
        Comparator<TopRow> comparator() {
            return comparator.thenComparing(TopRow::proxy).thenComparing(TopRow::target);
        }

        /** Which key chooses it. */
        char key() {
            return ConnectionOptions.word(this).charAt(0);
        }
    }

    /**
     * @param before the same target's row of {@link TargetRows} earlier
     * @param now and later
     */
    static TopRow between(JsonNode before, JsonNode now, double seconds) {
        return new TopRow(
                now.path("proxy-name").asText(),
                now.path("target-id").asText(),
                now.path("effective-weight").asInt(),
                now.path("reason").asText(),
                now.path("volume").path("active").asLong(),
                rate(before.path("opened"), now.path("opened"), seconds),
                rate(before, now, "packets-to-target", seconds) + rate(before, now, "packets-to-client", seconds),
                rate(before, now, "bytes-to-target", seconds),
                rate(before, now, "bytes-to-client", seconds));
    }

    private static double rate(JsonNode before, JsonNode now, String counter, double seconds) {
        return rate(before.path("volume").path(counter), now.path("volume").path(counter), seconds);
    }

    /** A counter that is less than before has begun anew. */
    private static double rate(JsonNode before, JsonNode now, double seconds) {
        long more = now.asLong() - before.asLong();
        return (more < 0 ? now.asLong() : more) / seconds;
    }

    double bytes() {
        return bytesToTarget + bytesToClient;
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("proxy-name", proxy)
                .put("target-id", target)
                .put("effective-weight", weight)
                .put("reason", reason)
                .put("active", active)
                .put("opened-per-sec", opened)
                .put("packets-per-sec", packets)
                .put("bytes-to-target-per-sec", bytesToTarget)
                .put("bytes-to-client-per-sec", bytesToClient);
    }
}
