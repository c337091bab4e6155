package io.weir.stats;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A connection that was confirmed, or that ended. */
public sealed interface FlowEvent {

    /** When it was confirmed, or when its last packet passed. */
    Instant time();

    Connection connection();

    /**
     * Whose it is.
     *
     * @param proxy empty when the proxy was removed before the event was read
     * @param target empty when the target was forgotten before the event was read
     */
    record Connection(
            Protocol protocol, Flow.Peer client, Flow.Peer vip, Optional<String> proxy, Optional<Endpoint> target) {}

    /**
     * TCP after its handshake, UDP after the second datagram.
     *
     * @param handshake from the client's SYN to the target's answer, in microseconds; empty for UDP, for a SYN that was sent
     *     again, and for a connection that was picked up
     * @param promoted whether it is no new connection: a peer carried it until now
     * @param age since it was confirmed, there or here
     */
    record Opened(Instant time, Connection connection, Optional<Duration> handshake, boolean promoted, Duration age)
            implements FlowEvent {

        /** A new connection. */
        public Opened(Instant time, Connection connection, Optional<Duration> handshake) {
            this(time, connection, handshake, false, Duration.ZERO);
        }
    }

    /**
     * Told when the data path gives the connection up, which is its timeout after the last packet.
     *
     * @param duration from its confirmation to its last packet, at the grain of the kernel's clock (1 to 10 ms)
     * @param totals what went each way; zeros unless totals are kept
     */
    record Closed(Instant time, Connection connection, Duration duration, Flow.Totals totals, Ending ending)
            implements FlowEvent {}

    /** How a connection ended. */
    enum Ending {
        /** TCP: FIN both ways. */
        FIN,
        /** TCP: RST by either side. */
        RESET,
        /** Nothing passed for as long as the timeout is; UDP knows no other end. */
        TIMEOUT,
        /** An operator ended it. */
        DELETED
    }
}
