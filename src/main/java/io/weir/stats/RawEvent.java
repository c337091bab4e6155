package io.weir.stats;

import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.time.Duration;
import java.util.Optional;

/**
 * An event as the data path tells it: proxies and targets are numbers.
 *
 * @param nanos of the monotonic clock, as {@link System#nanoTime}, when it was told
 * @param proxy number of the proxy
 * @param target index of the target
 * @param what happened
 */
public record RawEvent(
        long nanos, Protocol protocol, Flow.Peer client, Flow.Peer vip, int proxy, int target, Change what) {

    public sealed interface Change {}

    /**
     * @param handshake from the client's SYN to the target's answer, if it is known
     * @param promoted whether a peer carried the connection until now
     * @param age since it was confirmed, wherever that was
     */
    public record Opening(Optional<Duration> handshake, boolean promoted, Duration age) implements Change {

        /** A new connection. */
        public Opening(Optional<Duration> handshake) {
            this(handshake, false, Duration.ZERO);
        }
    }

    /**
     * @param duration from the confirmation to the last packet
     * @param idle from the last packet until the event was told
     */
    public record End(Duration duration, Duration idle, Flow.Totals totals, FlowEvent.Ending ending)
            implements Change {}
}
