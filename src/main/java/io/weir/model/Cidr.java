package io.weir.model;

/**
 * A prefix; host bits are cleared.
 *
 * @param address the network address
 * @param prefixLength 0 to 32 or 0 to 128
 */
public record Cidr(IpAddress address, int prefixLength) {

    public Cidr {
        int bits = address.family().bits();
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "a prefix length of " + address + " is 0 to " + bits + ", not " + prefixLength);
        }
        address = mask(address, prefixLength);
    }

    /** Parses {@code address/length}, or an address, which is its own full-length prefix. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return of(IpAddress.parse(text));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no prefix");
        }
        return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    public static Cidr of(IpAddress address) {
        return new Cidr(address, address.family().bits());
    }

    public boolean contains(IpAddress other) {
        return other.family() == address.family() && mask(other, prefixLength).equals(address);
    }

    /** Written out, as that of {@link IpAddress}. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Cidr cidr && prefixLength == cidr.prefixLength && address.equals(cidr.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode() * 31 + prefixLength;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }

    private static IpAddress mask(IpAddress address, int length) {
        if (address.family() == IpAddress.Family.V4) {
            long mask = length == 0 ? 0 : 0xffffffffL << (32 - length) & 0xffffffffL;
            return new IpAddress(IpAddress.Family.V4, 0, address.low() & mask);
        }
        long high = length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
        long low = length <= 64 ? 0 : length == 128 ? -1L : -1L << (128 - length);
        return new IpAddress(IpAddress.Family.V6, address.high() & high, address.low() & low);
    }
}
