package io.weir.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One connection of the flow table.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param client address and port
 * @param vip where the client sends to
 * @param target where it is sent on to
 * @param state {@code established} or {@code closing}
 * @param ageSeconds since the handshake
 * @param idleSeconds since the last packet
 * @param totals packets and IP bytes each way, by name; empty unless {@code :stats-enabled} keeps them
 */
public record ConnectionView(
        String protocol,
        String client,
        String vip,
        String target,
        String state,
        long ageSeconds,
        long idleSeconds,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Long> totals) {

    public static final String BYTES_TO_TARGET = "bytes-to-target";
    public static final String BYTES_TO_CLIENT = "bytes-to-client";
    public static final String PACKETS_TO_TARGET = "packets-to-target";
    public static final String PACKETS_TO_CLIENT = "packets-to-client";

    public ConnectionView {
        totals = Collections.unmodifiableSortedMap(new TreeMap<>(totals));
    }
}
