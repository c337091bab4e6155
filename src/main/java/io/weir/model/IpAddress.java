package io.weir.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address by value.
 *
 * @param family which of the two
 * @param high the upper 64 bits of an IPv6 address, network order; zero for IPv4
 * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {

    public enum Family {
        V4(32),
        V6(128);

        private final int bits;

        Family(int bits) {
            this.bits = bits;
        }

        /** Length of an address in bits. */
        public int bits() {
            return bits;
        }
    }

    public IpAddress {
        if (family == Family.V4 && (high != 0 || (low >>> 32) != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /**
     * Parses a literal; never asks a resolver.
     *
     * @throws IllegalArgumentException if the text is no address literal, or an IPv4-mapped IPv6 address
     */
    public static IpAddress parse(String text) {
        boolean colons = text.indexOf(':') >= 0;
        if (colons ? !text.matches("[0-9A-Fa-f:.]+") : !isDottedQuad(text)) {
            throw new IllegalArgumentException("'" + text + "' is no IP address");
        }
        IpAddress address;
        try {
            address = of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notLiteral) {
            throw new IllegalArgumentException("'" + text + "' is no IP address", notLiteral);
        }
        if (colons && address.family == Family.V4) {
            // The JDK turns ::ffff:0:0/96 into IPv4 without a word; on the wire the two are different things.
            throw new IllegalArgumentException("'" + text + "' is an IPv4-mapped address: write '" + address + "'");
        }
        return address;
    }

    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress ofBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> new IpAddress(Family.V4, 0, buffer.getInt() & 0xffffffffL);
            case 16 -> new IpAddress(Family.V6, buffer.getLong(), buffer.getLong());
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /** 4 or 16 bytes in network order. */
    public byte[] bytes() {
        return family == Family.V4
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    public boolean isLoopback() {
        return family == Family.V4 ? (low >>> 24) == 127 : high == 0 && low == 1;
    }

    /** 0.0.0.0 or "::". */
    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** 224.0.0.0/4 or ff00::/8. */
    public boolean isMulticast() {
        return family == Family.V4 ? (low >>> 28) == 0xe : (high >>> 56) == 0xff;
    }

    /** fe80::/10: means something only together with an interface. */
    public boolean isLinkLocal() {
        return family == Family.V6 && (high >>> 54) == 0x3fa;
    }

    /** As it stands before a port, IPv6 in brackets: {@code 10.0.0.1}, {@code [2001:db8::1]}. */
    public String beforePort() {
        return family == Family.V4 ? toString() : "[" + this + "]";
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Written out: the generated one is ten times as slow without the JVM's second compiler, and maps ask all the time. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof IpAddress address
                        && low == address.low
                        && high == address.high
                        && family == address.family;
    }

    /** Written out: of a thousand routes' neighbouring addresses, the generated one makes too many alike. */
    @Override
    public int hashCode() {
        return Long.hashCode((high * 31 + low) * 0x9E3779B97F4A7C15L);
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = family.compareTo(other.family);
        int byHigh = byFamily != 0 ? byFamily : Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** The usual notation; IPv6 as RFC 5952 asks. */
    @Override
    public String toString() {
        if (family == Family.V4) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4))) & 0xffff;
        }
        return Ipv6Notation.write(groups);
    }

    /** Four decimal parts: what {@link InetAddress#ofLiteral} also accepts (octal, fewer parts) is refused. */
    private static boolean isDottedQuad(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
