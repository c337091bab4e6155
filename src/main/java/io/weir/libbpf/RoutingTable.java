package io.weir.libbpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/** Asks the kernel where it would send a packet (RTM_GETROUTE), policy rules included, in the calling thread's namespace. */
public final class RoutingTable implements AutoCloseable {

    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final short RTM_NEWROUTE = 24;
    private static final short RTM_GETROUTE = 26;
    private static final short NLM_F_REQUEST = 1;
    private static final short RTA_DST = 1;
    private static final short RTA_OIF = 4;
    private static final byte RTN_UNICAST = 1;

    /** struct nlmsghdr, then struct rtmsg, whose last byte before the flags is the type of route. */
    private static final int HEADER = 16;

    private static final int ROUTE = 12;
    private static final int TYPE = HEADER + 7;
    private static final int ATTRIBUTE = 4;

    private final RouteSocket socket = new RouteSocket();

    /**
     * The interface a packet to the address would leave by.
     *
     * @param address 4 or 16 bytes, network order
     * @return empty if there is no route, one that refuses, or if the address is this host's own
     */
    public OptionalInt interfaceTo(byte[] address) {
        return outgoing(socket.ask("a route", request(address)));
    }

    private static byte[] request(byte[] address) {
        int length = HEADER + ROUTE + ATTRIBUTE + address.length;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(length)
                .putShort(RTM_GETROUTE)
                .putShort(NLM_F_REQUEST)
                .putLong(0)
                .put(address.length == 4 ? AF_INET : AF_INET6)
                .put((byte) (8 * address.length))
                .position(HEADER + ROUTE)
                .putShort((short) (ATTRIBUTE + address.length))
                .putShort(RTA_DST)
                .put(address)
                .array();
    }

    private static OptionalInt outgoing(byte[] bytes) {
        ByteBuffer answer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (bytes.length < HEADER + ROUTE || answer.getShort(4) != RTM_NEWROUTE || answer.get(TYPE) != RTN_UNICAST) {
            return OptionalInt.empty();
        }
        int end = Math.min(bytes.length, answer.getInt(0));
        int at = HEADER + ROUTE;
        while (at + ATTRIBUTE <= end) {
            int length = answer.getShort(at) & 0xffff;
            if (answer.getShort(at + 2) == RTA_OIF && at + ATTRIBUTE + 4 <= end) {
                return OptionalInt.of(answer.getInt(at + ATTRIBUTE));
            }
            at += Math.max(ATTRIBUTE, (length + 3) / 4 * 4);
        }
        return OptionalInt.empty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
