package io.weir.packet;

import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import java.nio.ByteBuffer;

/** What an IP packet carries. */
public sealed interface Transport {

    int FIN = 1;
    int SYN = 2;
    int RST = 4;
    int PSH = 8;
    int ACK = 16;

    int ICMP = 1;
    int TCP = 6;
    int UDP = 17;
    int ICMPV6 = 58;

    /** The number in the IP header. */
    int protocol();

    /** With its checksum between these addresses. */
    byte[] bytes(IpAddress source, IpAddress destination);

    /** The same from another port; of ICMP and unknown protocols the same. */
    default Transport from(int port) {
        return this;
    }

    /** The same to another port. */
    default Transport to(int port) {
        return this;
    }

    /** A TCP segment. */
    record Tcp(
            int sourcePort,
            int destinationPort,
            int flags,
            int sequence,
            int acknowledgment,
            byte[] options,
            byte[] data)
            implements Transport {

        @Override
        public int protocol() {
            return TCP;
        }

        @Override
        public Transport from(int port) {
            return new Tcp(port, destinationPort, flags, sequence, acknowledgment, options, data);
        }

        @Override
        public Transport to(int port) {
            return new Tcp(sourcePort, port, flags, sequence, acknowledgment, options, data);
        }

        @Override
        public byte[] bytes(IpAddress source, IpAddress destination) {
            ByteBuffer segment = ByteBuffer.allocate(20 + options.length + data.length);
            segment.putShort((short) sourcePort).putShort((short) destinationPort);
            segment.putInt(sequence).putInt(acknowledgment);
            segment.put((byte) ((20 + options.length) / 4 << 4)).put((byte) flags);
            segment.putShort((short) 0xfaf0).putShort((short) 0).putShort((short) 0);
            segment.put(options).put(data);
            Checksum sum = new Checksum()
                    .addPseudoHeader(source, destination, TCP, segment.capacity())
                    .add(segment.array());
            return segment.putShort(16, (short) sum.value()).array();
        }
    }

    /** @param checked whether it carries a checksum */
    record Udp(int sourcePort, int destinationPort, boolean checked, byte[] data) implements Transport {

        public Udp withData(byte[] other) {
            return new Udp(sourcePort, destinationPort, checked, other);
        }

        @Override
        public int protocol() {
            return UDP;
        }

        @Override
        public Transport from(int port) {
            return new Udp(port, destinationPort, checked, data);
        }

        @Override
        public Transport to(int port) {
            return new Udp(sourcePort, port, checked, data);
        }

        @Override
        public byte[] bytes(IpAddress source, IpAddress destination) {
            ByteBuffer datagram = ByteBuffer.allocate(8 + data.length);
            datagram.putShort((short) sourcePort).putShort((short) destinationPort);
            datagram.putShort((short) datagram.capacity()).putShort((short) 0).put(data);
            if (checked) {
                int sum = new Checksum()
                        .addPseudoHeader(source, destination, UDP, datagram.capacity())
                        .add(datagram.array())
                        .value();
                datagram.putShort(6, (short) (sum == 0 ? 0xffff : sum)); // RFC 768
            }
            return datagram.array();
        }
    }

    /**
     * An ICMP message of either version.
     *
     * @param rest the second word of the header: the MTU, or unused
     */
    record Icmp(Family family, int type, int code, int rest, byte[] body) implements Transport {

        @Override
        public int protocol() {
            return family == Family.V4 ? ICMP : ICMPV6;
        }

        @Override
        public byte[] bytes(IpAddress source, IpAddress destination) {
            ByteBuffer message = ByteBuffer.allocate(8 + body.length);
            message.put((byte) type)
                    .put((byte) code)
                    .putShort((short) 0)
                    .putInt(rest)
                    .put(body);
            Checksum sum = new Checksum().add(message.array());
            if (family == Family.V6) {
                sum.addPseudoHeader(source, destination, ICMPV6, message.capacity());
            }
            return message.putShort(2, (short) sum.value()).array();
        }
    }

    /** Any bytes: a protocol we do not know, or a piece of a datagram. */
    record Raw(int protocol, byte[] data) implements Transport {

        @Override
        public byte[] bytes(IpAddress source, IpAddress destination) {
            return data;
        }
    }
}
