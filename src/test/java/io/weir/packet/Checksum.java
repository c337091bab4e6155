package io.weir.packet;

import io.weir.model.IpAddress;

/** The internet checksum (RFC 1071), as plain as it can be said. */
public final class Checksum {

    private int sum;

    /** Adds bytes; an odd last one counts as the upper half of a word. */
    public Checksum add(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i += 2) {
            add((bytes[i] & 255) << 8 | (i + 1 < to ? bytes[i + 1] & 255 : 0));
        }
        return this;
    }

    public Checksum add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    /** Adds one 16-bit word. */
    public Checksum add(int word) {
        sum += word;
        sum = (sum & 0xffff) + (sum >>> 16);
        return this;
    }

    /** Adds what TCP, UDP and ICMPv6 add of the IP header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
    public Checksum addPseudoHeader(IpAddress source, IpAddress destination, int protocol, int length) {
        return add(source.bytes())
                .add(destination.bytes())
                .add(length >>> 16)
                .add(length & 0xffff)
                .add(protocol);
    }

    /** What goes into the header, computed over a header whose checksum is zero. */
    public int value() {
        return ~sum & 0xffff;
    }

    /** Over a header with its checksum: whether it is right. */
    public boolean isRight() {
        return sum == 0xffff;
    }
}
