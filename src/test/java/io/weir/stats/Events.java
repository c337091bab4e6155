package io.weir.stats;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.stats.FlowEvent.Closed;
import io.weir.stats.FlowEvent.Connection;
import io.weir.stats.FlowEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Events to test with. */
final class Events {

    static final Instant TIME = Instant.parse("2026-03-04T05:06:07.089123Z");
    static final Endpoint TARGET = Endpoint.of("10.0.0.1", 8080);
    static final Flow.Totals TOTALS = new Flow.Totals(6, 512, 7, 70_000);

    private Events() {}

    static Flow.Peer peer(String address, int port) {
        return new Flow.Peer(IpAddress.parse(address), port);
    }

    /** The connection of the client's port. */
    static Connection connection(int port) {
        return new Connection(
                Protocol.TCP, peer("192.0.2.9", port), peer("192.0.2.80", 80), Optional.of("web"), Optional.of(TARGET));
    }

    static Closed closed(Connection connection, Ending ending) {
        return new Closed(TIME, connection, Duration.ofMillis(1234), TOTALS, ending);
    }

    static Closed closed(int port) {
        return closed(connection(port), Ending.FIN);
    }

    static RawEvent raw(int port) {
        return raw(port, new RawEvent.End(Duration.ofMillis(1234), Duration.ofSeconds(10), TOTALS, Ending.FIN));
    }

    static RawEvent opening(int port) {
        return raw(port, new RawEvent.Opening(Optional.empty()));
    }

    private static RawEvent raw(int port, RawEvent.Change what) {
        return new RawEvent(
                System.nanoTime(), Protocol.TCP, peer("192.0.2.9", port), peer("192.0.2.80", 80), 3, 4, what);
    }
}
