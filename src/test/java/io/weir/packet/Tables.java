package io.weir.packet;

import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import java.util.Map;

/**
 * What the data path remembers, in plain words and with ages instead of times, so that two of them can be compared.
 *
 * @param flows the main table
 * @param halfOpen by what identifies a half-open flow: client, VIP and protocol
 * @param totals packets and bytes of each direction of a flow
 * @param shadows flows that peers carry, by what their clients send
 */
public record Tables(
        Map<Key, Flow> flows,
        Map<Key, HalfOpen> halfOpen,
        Map<Key, Totals> totals,
        Map<PieceKey, Piece> pieces,
        Map<Key, Shadow> shadows) {

    /** What a packet shows of its flow. */
    public record Key(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int protocol) {

        public Family family() {
            return source.family();
        }
    }

    /** enum flow_state, in its order. */
    public enum State {
        NONE,
        SYN_SENT,
        SYN_RECEIVED,
        PICKED_UP,
        UDP_NEW,
        ESTABLISHED,
        CLOSING,
        REPLACED,
        UDP_ANSWERED,
        PICKED_UP_FIN,
        SHADOWED
    }

    /**
     * One direction.
     *
     * @param address and port: what it writes
     * @param reply whether it goes from the target to the client
     * @param proxy of the forward direction; the reply keeps none
     * @param flags enum flow_flag
     * @param idle seconds since the last packet that was noted
     * @param age seconds since the handshake
     */
    public record Flow(
            IpAddress address,
            int port,
            boolean reply,
            State state,
            int target,
            int proxy,
            int flags,
            int idle,
            int age) {}

    /** @param acknowledgment what the client has to acknowledge, once the target has answered */
    public record HalfOpen(State state, int target, int proxy, int acknowledgment, int idle) {}

    public record Totals(long packets, long bytes) {}

    /** @param age seconds since the peer confirmed it */
    public record Shadow(IpAddress target, int targetPort, int proxy, int age) {}

    public record PieceKey(IpAddress source, IpAddress destination, int identification, int protocol) {}

    public record Piece(int sourcePort, int destinationPort, int age) {}
}
