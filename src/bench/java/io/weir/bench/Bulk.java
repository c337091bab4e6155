package io.weir.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** One TCP stream of iperf3 from the client's namespace. */
final class Bulk {

    /** A server is still busy for a moment after its last test. */
    private static final int TRIES = 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Bulk() {}

    /** Gb/s that arrived. */
    static double gigabits(Site site, String address, int port, int seconds) {
        String line = "iperf3 -c " + address + " -p " + port + " -t " + seconds + " -J --connect-timeout 3000 || true";
        String said = "";
        for (int attempt = 0; attempt < TRIES; attempt++) {
            said = site.in(Site.CLIENT, line);
            JsonNode received = parse(said).path("end").path("sum_received").path("bits_per_second");
            if (received.asDouble() > 0) {
                return received.asDouble() / 1e9;
            }
            site.in(Site.CLIENT, "sleep 0.2");
        }
        throw new IllegalStateException("iperf3 to " + address + " measured nothing: " + parse(said).path("error"));
    }

    private static JsonNode parse(String said) {
        try {
            return JSON.readTree(said);
        } catch (JsonProcessingException malformed) {
            throw new IllegalStateException("iperf3 said: " + said, malformed);
        }
    }
}
