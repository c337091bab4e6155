package io.weir.packet;

import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A frame in words. {@link #frame} writes it with all checksums.
 *
 * @param tags VLAN ids, outermost first
 * @param hops TTL or hop limit
 * @param options of IPv4, a multiple of 4 bytes
 * @param extensions of IPv6, in order
 * @param piece which part of a datagram this is, empty for the whole
 */
public record Packet(
        Mac to,
        Mac from,
        List<Integer> tags,
        IpAddress source,
        IpAddress destination,
        int hops,
        int identification,
        byte[] options,
        List<Extension> extensions,
        Optional<Piece> piece,
        Transport transport) {

    public static final int HOP_BY_HOP = 0;
    public static final int ROUTING = 43;
    public static final int FRAGMENT = 44;
    public static final int AUTHENTICATION = 51;
    public static final int DESTINATION = 60;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int ETHERTYPE_SERVICE_VLAN = 0x88a8;

    /**
     * An IPv6 extension header.
     *
     * @param body after the two bytes of next header and length; with them a multiple of 8 bytes
     */
    public record Extension(int type, byte[] body) {}

    /** @param offset in bytes */
    public record Piece(int offset, boolean more) {}

    /** A packet between two roles, as it arrives at the load balancer. */
    public static Packet between(Family family, Role from, Role to, Transport transport) {
        return new Packet(
                from.side().mac(),
                from.nextHop().mac(),
                List.of(),
                from.address(family),
                to.address(family),
                64,
                0x1234,
                new byte[0],
                List.of(),
                Optional.empty(),
                transport);
    }

    public Family family() {
        return source.family();
    }

    public Packet with(Mac newTo, Mac newFrom) {
        return new Packet(
                newTo, newFrom, tags, source, destination, hops, identification, options, extensions, piece, transport);
    }

    public Packet tagged(Integer... ids) {
        return new Packet(
                to,
                from,
                List.of(ids),
                source,
                destination,
                hops,
                identification,
                options,
                extensions,
                piece,
                transport);
    }

    public Packet withHops(int count) {
        return new Packet(
                to, from, tags, source, destination, count, identification, options, extensions, piece, transport);
    }

    public Packet withIdentification(int number) {
        return new Packet(to, from, tags, source, destination, hops, number, options, extensions, piece, transport);
    }

    public Packet withOptions(byte[] bytes) {
        return new Packet(
                to, from, tags, source, destination, hops, identification, bytes, extensions, piece, transport);
    }

    public Packet withExtensions(Extension... headers) {
        return new Packet(
                to, from, tags, source, destination, hops, identification, options, List.of(headers), piece, transport);
    }

    public Packet with(Transport other) {
        return new Packet(to, from, tags, source, destination, hops, identification, options, extensions, piece, other);
    }

    public Packet as(Piece part) {
        return new Packet(
                to,
                from,
                tags,
                source,
                destination,
                hops,
                identification,
                options,
                extensions,
                Optional.of(part),
                transport);
    }

    /** The destination translated. */
    public Packet toward(IpAddress address, int port) {
        return new Packet(
                to, from, tags, source, address, hops, identification, options, extensions, piece, transport.to(port));
    }

    public Packet toward(Role role) {
        return toward(role.address(family()), role.port());
    }

    /** The source translated. */
    public Packet outOf(IpAddress address, int port) {
        return new Packet(
                to,
                from,
                tags,
                address,
                destination,
                hops,
                identification,
                options,
                extensions,
                piece,
                transport.from(port));
    }

    public Packet outOf(Role role) {
        return outOf(role.address(family()), role.port());
    }

    /** As a router sends it on: out of a side, to the MAC of a role there. */
    public Packet routed(Side out, Role next) {
        return with(next.nextHop().mac(), out.mac()).withHops(hops - 1);
    }

    /** The datagram in pieces of at most this many bytes of payload, a multiple of 8. */
    public List<Packet> pieces(int bytes) {
        byte[] whole = transport.bytes(source, destination);
        List<Packet> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; at += bytes) {
            int end = Math.min(whole.length, at + bytes);
            pieces.add(with(new Transport.Raw(transport.protocol(), Arrays.copyOfRange(whole, at, end)))
                    .as(new Piece(at, end < whole.length)));
        }
        return pieces;
    }

    public byte[] frame() {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(to.bytes());
        frame.writeBytes(from.bytes());
        for (int i = 0; i < tags.size(); i++) {
            writeShort(frame, i + 1 < tags.size() ? ETHERTYPE_SERVICE_VLAN : ETHERTYPE_VLAN);
            writeShort(frame, tags.get(i));
        }
        writeShort(frame, family() == Family.V4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
        frame.writeBytes(network());
        return frame.toByteArray();
    }

    /** What the IP packet carries, extension headers aside. */
    public byte[] transportBytes() {
        return transport.bytes(source, destination);
    }

    /** The IP packet alone. */
    public byte[] network() {
        byte[] payload = transport.bytes(source, destination);
        return family() == Family.V4 ? ipv4(payload) : ipv6(payload);
    }

    private byte[] ipv4(byte[] payload) {
        int header = 20 + options.length;
        ByteBuffer packet = ByteBuffer.allocate(header + payload.length);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) packet.capacity());
        packet.putShort((short) identification);
        int cut = piece.map(part -> part.offset / 8 | (part.more ? 0x2000 : 0)).orElse(0x4000);
        packet.putShort((short) cut);
        packet.put((byte) hops).put((byte) transport.protocol()).putShort((short) 0);
        packet.put(source.bytes()).put(destination.bytes()).put(options);
        packet.putShort(
                10, (short) new Checksum().add(packet.array(), 0, header).value());
        return packet.put(payload).array();
    }

    private byte[] ipv6(byte[] payload) {
        List<Extension> headers = new ArrayList<>(extensions);
        piece.ifPresent(part -> headers.add(fragmentHeader(part)));
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (int i = 0; i < headers.size(); i++) {
            Extension header = headers.get(i);
            rest.write(i + 1 < headers.size() ? headers.get(i + 1).type : transport.protocol());
            rest.write(header.type == FRAGMENT ? 0 : lengthOf(header));
            rest.writeBytes(header.body);
        }
        rest.writeBytes(payload);
        ByteBuffer packet = ByteBuffer.allocate(40 + rest.size());
        packet.putInt(0x60000000).putShort((short) rest.size());
        packet.put((byte) (headers.isEmpty() ? transport.protocol() : headers.getFirst().type));
        packet.put((byte) hops).put(source.bytes()).put(destination.bytes());
        return packet.put(rest.toByteArray()).array();
    }

    /** In 8 bytes without the first; the authentication header counts in 4 bytes without the first two (RFC 4302). */
    private static int lengthOf(Extension header) {
        int bytes = header.body.length + 2;
        return header.type == AUTHENTICATION ? bytes / 4 - 2 : bytes / 8 - 1;
    }

    private Extension fragmentHeader(Piece part) {
        ByteBuffer body = ByteBuffer.allocate(6);
        body.putShort((short) (part.offset | (part.more ? 1 : 0))).putInt(identification);
        return new Extension(FRAGMENT, body.array());
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
