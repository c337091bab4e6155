package io.weir.packet.model;

import static io.weir.packet.Transport.ICMP;
import static io.weir.packet.Transport.ICMPV6;
import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Packet;
import io.weir.packet.Tables.Key;

/** The packet that an ICMP error is about, as far as it is quoted. */
final class Quote {

    Reason refused;
    final int network;
    int transport;
    private final Reading packet;
    private IpAddress source = IpAddress.parse("0.0.0.0");
    private IpAddress destination = source;
    private int protocol;

    Quote(Reading packet) {
        this.packet = packet;
        this.network = packet.transport + 8;
        try {
            this.refused = read();
        } catch (IndexOutOfBoundsException tooShort) {
            this.refused = Reason.TRUNCATED;
        }
    }

    static boolean isError(Reading packet) {
        if (packet.later) {
            return false;
        }
        int type = packet.frame.u8(packet.transport);
        return packet.family == Family.V4
                ? packet.protocol == ICMP && (type == 3 || type == 11 || type == 12)
                : packet.protocol == ICMPV6 && type >= 1 && type <= 4;
    }

    int protocol() {
        return protocol;
    }

    IpAddress destination() {
        return destination;
    }

    /** What the answer to the quoted packet would show. */
    Key answer() {
        return new Key(destination, packet.frame.u16(transport + 2), source, packet.frame.u16(transport), protocol);
    }

    static boolean isExtension(int header) {
        return header == Packet.HOP_BY_HOP
                || header == Packet.DESTINATION
                || header == Packet.ROUTING
                || header == Packet.FRAGMENT;
    }

    private Reason read() {
        Frame frame = packet.frame;
        boolean v4 = packet.family == Family.V4;
        frame.u8(network + (v4 ? 19 : 39));
        if (frame.u8(network) >>> 4 != (v4 ? 4 : 6) || (v4 && (frame.u8(network) & 15) < 5)) {
            return Reason.TRUNCATED;
        }
        if (v4 && (frame.u16(network + 6) & 0x1fff) != 0) {
            return Reason.ICMP_UNMATCHED;
        }
        protocol = frame.u8(network + (v4 ? 9 : 6));
        source = frame.address(network + (v4 ? 12 : 8), packet.family);
        destination = frame.address(network + (v4 ? 16 : 24), packet.family);
        transport = network + (v4 ? (frame.u8(network) & 15) * 4 : 40);
        for (int count = 0; !v4 && count < Reading.MOST_EXTENSIONS && isExtension(protocol); count++) {
            if (transport > Reading.DEEPEST) {
                return Reason.TRUNCATED;
            }
            frame.u8(transport + 7);
            boolean cut = protocol == Packet.FRAGMENT;
            if (cut && (frame.u16(transport + 2) & 0xfff8) != 0) {
                return Reason.ICMP_UNMATCHED;
            }
            protocol = frame.u8(transport);
            transport += cut ? 8 : (frame.u8(transport + 1) + 1) * 8;
        }
        if (protocol != TCP && protocol != UDP) {
            return Reason.ICMP_UNMATCHED;
        }
        return packet.holds(transport, 8) ? Reason.NONE : Reason.TRUNCATED;
    }
}
