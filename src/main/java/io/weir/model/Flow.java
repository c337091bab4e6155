package io.weir.model;

import java.time.Duration;
import java.util.Optional;

/**
 * One tracked connection.
 *
 * @param client who opened it
 * @param vip where the client sends to
 * @param target where it is sent on to
 * @param protocol TCP or UDP
 * @param state how far it is
 * @param idle since the last packet, at one second's grain
 * @param age since it was confirmed
 * @param totals packets and bytes, if they are kept
 */
public record Flow(
        Peer client,
        Peer vip,
        Peer target,
        Protocol protocol,
        State state,
        Duration idle,
        Duration age,
        Optional<Totals> totals) {

    public enum State {
        ESTABLISHED,
        CLOSING
    }

    /**
     * One end; unlike an {@link Endpoint} it may have port 0, which UDP allows a sender.
     *
     * @param port 0 to 65535
     */
    public record Peer(IpAddress address, int port) {

        /** As endpoints are written: {@code 10.0.0.1:80}, {@code [2001:db8::1]:80}. */
        @Override
        public String toString() {
            return address.beforePort() + ":" + port;
        }
    }

    /** What went each way. */
    public record Totals(long packetsToTarget, long bytesToTarget, long packetsToClient, long bytesToClient) {}
}
