package io.weir.libbpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the changes of a neighbour's MAC from its ageing: the kernel reports every step between reachable and stale, about
 * twice a minute for each, and only a changed or lost address makes a cached next hop wrong.
 */
final class Neighbours {

    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_DELNEIGH = 29;
    private static final int MESSAGE_HEADER = 16;
    private static final int NEIGHBOUR_HEADER = 12;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    /** Forgetting costs one needless look at the routing table for each flow. */
    private static final int REMEMBERED = 65536;

    private final Map<Key, ByteBuffer> addresses = new HashMap<>();

    private record Key(int interfaceIndex, ByteBuffer destination) {}

    /** Whether netlink messages hold anything but confirmations. */
    boolean matters(byte[] messages) {
        ByteBuffer buffer = ByteBuffer.wrap(messages).order(ByteOrder.nativeOrder());
        boolean matters = false;
        int at = 0;
        while (at + MESSAGE_HEADER <= messages.length) {
            int length = buffer.getInt(at);
            if (length < MESSAGE_HEADER || at + length > messages.length) {
                return true;
            }
            int type = buffer.getShort(at + 4);
            matters |= type == RTM_NEWNEIGH || type == RTM_DELNEIGH ? changes(buffer, at, length, type) : true;
            at += (length + 3) / 4 * 4;
        }
        return matters;
    }

    private boolean changes(ByteBuffer buffer, int start, int length, int type) {
        int interfaceIndex = buffer.getInt(start + MESSAGE_HEADER + 4);
        ByteBuffer destination = ByteBuffer.allocate(0);
        ByteBuffer address = ByteBuffer.allocate(0);
        int at = start + MESSAGE_HEADER + NEIGHBOUR_HEADER;
        while (at + 4 <= start + length) {
            int bytes = buffer.getShort(at) & 0xffff;
            if (bytes < 4 || at + bytes > start + length) {
                break;
            }
            ByteBuffer content = ByteBuffer.wrap(Arrays.copyOfRange(buffer.array(), at + 4, at + bytes));
            switch (buffer.getShort(at + 2)) {
                case NDA_DST -> destination = content;
                case NDA_LLADDR -> address = content;
                default -> {}
            }
            at += (bytes + 3) / 4 * 4;
        }
        Key key = new Key(interfaceIndex, destination);
        if (type == RTM_DELNEIGH || !address.hasRemaining()) {
            // A resolution that failed is no news: nothing was cached for it.
            return addresses.remove(key) != null || address.hasRemaining();
        }
        if (addresses.size() >= REMEMBERED) {
            addresses.clear();
        }
        return !address.equals(addresses.put(key, address));
    }
}
