package io.weir.stats;

import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.util.Comparator;
import java.util.Locale;

/**
 * A place in the list of connections, which is ordered by client, VIP and protocol: what follows a place stays the same
 * whatever begins or ends before it.
 */
public record Cursor(Flow.Peer client, Flow.Peer vip, Protocol protocol) implements Comparable<Cursor> {

    private static final Comparator<Flow.Peer> PEERS =
            Comparator.comparing(Flow.Peer::address).thenComparingInt(Flow.Peer::port);

    private static final Comparator<Cursor> ORDER = Comparator.comparing(Cursor::client, PEERS)
            .thenComparing(Cursor::vip, PEERS)
            .thenComparing(Cursor::protocol);

    static Cursor of(Flow flow) {
        return new Cursor(flow.client(), flow.vip(), flow.protocol());
    }

    /**
     * What {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Cursor parse(String text) {
        String[] parts = text.split(",", -1);
        try {
            if (parts.length == 3) {
                return new Cursor(peer(parts[0]), peer(parts[1]), Protocol.valueOf(parts[2].toUpperCase(Locale.ROOT)));
            }
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(refusal(text), malformed);
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "'" + text + "' is no place in the list of connections: take it from the page before";
    }

    private static Flow.Peer peer(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' has no port");
        }
        String address = text.substring(0, colon);
        boolean bracketed = address.startsWith("[") && address.endsWith("]");
        return new Flow.Peer(
                IpAddress.parse(bracketed ? address.substring(1, address.length() - 1) : address),
                Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }

    /** {@code 192.0.2.9:40000,192.0.2.80:80,tcp}. */
    @Override
    public String toString() {
        return client + "," + vip + "," + protocol.name().toLowerCase(Locale.ROOT);
    }
}
