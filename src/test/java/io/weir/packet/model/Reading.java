package io.weir.packet.model;

import static io.weir.packet.Transport.ICMP;
import static io.weir.packet.Transport.ICMPV6;
import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Packet;
import io.weir.packet.Tables;

/** What a frame says of itself; or why it is not ours to touch. */
final class Reading {

    /** Nobody looks further into a packet. */
    static final int DEEPEST = 1024;

    static final int MOST_EXTENSIONS = 6;

    final Frame frame;
    Reason refused = Reason.NONE;
    boolean tagged;
    boolean options;
    boolean first;
    boolean later;
    boolean whole;
    int network;
    int transport;
    int end;
    Family family = Family.V4;
    IpAddress source = IpAddress.parse("0.0.0.0");
    IpAddress destination = source;
    int protocol;
    int hops;
    int identification;
    int sourcePort;
    int destinationPort;
    int tcpFlags;

    Reading(byte[] bytes) {
        this.frame = new Frame(bytes);
        try {
            refused = read();
        } catch (IndexOutOfBoundsException tooShort) {
            refused = Reason.TRUNCATED;
        }
    }

    /** By its Ethernet or its IP address. */
    boolean isForMany() {
        boolean v4ForMany = family == Family.V4 && (destination.bytes()[0] & 0xff) >= 224;
        return (frame.u8(0) & 1) != 0 || v4ForMany || destination.isMulticast();
    }

    int bytes() {
        return end - network;
    }

    Tables.Key key() {
        return new Tables.Key(source, sourcePort, destination, destinationPort, protocol);
    }

    /** Whether size bytes from there are part of the IP packet and of the frame, and near enough. */
    boolean holds(int at, int size) {
        return at <= DEEPEST && at + size <= end && at + size <= frame.length();
    }

    private Reason read() {
        int at = 12;
        for (int tag = 0; tag < 2 && (frame.u16(at) == 0x8100 || frame.u16(at) == 0x88a8); tag++) {
            frame.u32(at + 2);
            tagged = true;
            at += 4;
        }
        network = at + 2;
        Reason reason = switch (frame.u16(at)) {
            case 0x0800 -> ipv4();
            case 0x86dd -> ipv6();
            default -> Reason.NOT_IP;
        };
        if (reason != Reason.NONE) {
            return reason;
        }
        if (transport + 20 > DEEPEST) {
            return Reason.EXTENSION_HEADER;
        }
        if (end > frame.length()) {
            return Reason.TRUNCATED;
        }
        return later ? Reason.NONE : transport();
    }

    private Reason ipv4() {
        int header = (frame.u8(network) & 15) * 4;
        frame.u8(network + 19);
        int total = frame.u16(network + 2);
        if (frame.u8(network) >>> 4 != 4 || header < 20 || total < header) {
            return Reason.TRUNCATED;
        }
        int cut = frame.u16(network + 6);
        family = Family.V4;
        end = network + total;
        transport = network + header;
        options = header > 20;
        whole = (cut & 0x4000) != 0;
        later = (cut & 0x1fff) != 0;
        first = !later && (cut & 0x2000) != 0;
        identification = frame.u16(network + 4);
        hops = frame.u8(network + 8);
        protocol = frame.u8(network + 9);
        source = frame.address(network + 12, family);
        destination = frame.address(network + 16, family);
        return Reason.NONE;
    }

    private Reason ipv6() {
        frame.u8(network + 39);
        if (frame.u8(network) >>> 4 != 6) {
            return Reason.TRUNCATED;
        }
        family = Family.V6;
        whole = true;
        end = network + 40 + frame.u16(network + 4);
        hops = frame.u8(network + 7);
        source = frame.address(network + 8, family);
        destination = frame.address(network + 24, family);
        transport = network + 40;
        int next = frame.u8(network + 6);
        for (int count = 0; count < MOST_EXTENSIONS && !isTransport(next) && !later; count++) {
            int header = next;
            if (header == Packet.AUTHENTICATION) {
                return Reason.EXTENSION_HEADER;
            }
            if (!Quote.isExtension(header)) {
                return Reason.PROTOCOL;
            }
            frame.u8(transport + 7);
            if (header == Packet.ROUTING && frame.u8(transport + 3) != 0) {
                return Reason.EXTENSION_HEADER;
            }
            options |= header == Packet.HOP_BY_HOP;
            next = frame.u8(transport);
            transport += header == Packet.FRAGMENT ? fragment() : (frame.u8(transport + 1) + 1) * 8;
        }
        protocol = next;
        if (isTransport(next)) {
            return Reason.NONE;
        }
        return later ? Reason.PROTOCOL : Reason.EXTENSION_HEADER;
    }

    private int fragment() {
        int cut = frame.u16(transport + 2);
        identification = frame.u32(transport + 4);
        // A packet in two fragment headers is two kinds of nonsense; both are noted.
        later |= (cut & 0xfff8) != 0;
        first |= (cut & 0xfff8) == 0 && (cut & 1) != 0;
        return 8;
    }

    private static boolean isTransport(int protocol) {
        return protocol == TCP || protocol == UDP || protocol == ICMPV6;
    }

    private Reason transport() {
        switch (protocol) {
            case TCP -> {
                if (!holds(transport, 20) || frame.u8(transport + 12) >>> 4 < 5) {
                    return Reason.TRUNCATED;
                }
                tcpFlags = frame.u8(transport + 13);
            }
            case UDP -> {
                if (!holds(transport, 8) || frame.u16(transport + 4) < 8) {
                    return Reason.TRUNCATED;
                }
            }
            case ICMP, ICMPV6 -> {
                return holds(transport, 8) ? Reason.NONE : Reason.TRUNCATED;
            }
            default -> {
                return Reason.PROTOCOL;
            }
        }
        sourcePort = frame.u16(transport);
        destinationPort = frame.u16(transport + 2);
        return Reason.NONE;
    }
}
