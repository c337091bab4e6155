package io.weir.model;

import java.util.Optional;

/**
 * Where a target listens.
 *
 * @param address its address
 * @param zone the interface a link-local address belongs to; empty for all others
 * @param port 1 to 65535
 */
public record Endpoint(IpAddress address, Optional<String> zone, int port) implements Comparable<Endpoint> {

    public Endpoint {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
        if (zone.isPresent() && !zone.get().matches("[^\\s/%\\[\\]]{1,15}")) {
            throw new IllegalArgumentException("'" + zone.get() + "' is no interface name");
        }
        if (zone.isPresent() && !address.isLinkLocal()) {
            throw new IllegalArgumentException("only a link-local address has a zone, not " + address);
        }
    }

    /** From an address literal, with {@code %zone} when it is link-local. */
    public static Endpoint of(String address, int port) {
        int percent = address.indexOf('%');
        return percent < 0
                ? new Endpoint(IpAddress.parse(address), Optional.empty(), port)
                : new Endpoint(
                        IpAddress.parse(address.substring(0, percent)),
                        Optional.of(address.substring(percent + 1)),
                        port);
    }

    /** Parses {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}; what {@link #toString} writes. */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
        if (colon < 1
                || (!bracketed && text.indexOf(':') != colon)
                || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is no endpoint: write 10.0.0.1:80 or [2001:db8::1]:80");
        }
        String address = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        Endpoint endpoint = of(address, Integer.parseInt(text.substring(colon + 1)));
        if (bracketed && endpoint.address().family() == IpAddress.Family.V4) {
            throw new IllegalArgumentException("'" + text + "' is no endpoint: only IPv6 addresses have brackets");
        }
        return endpoint;
    }

    /** Written out, as that of {@link IpAddress}. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Endpoint endpoint
                        && port == endpoint.port
                        && address.equals(endpoint.address)
                        && zone.equals(endpoint.zone);
    }

    @Override
    public int hashCode() {
        return (address.hashCode() * 31 + port) * 31 + zone.hashCode();
    }

    @Override
    public int compareTo(Endpoint other) {
        int byAddress = address.compareTo(other.address);
        int byZone = byAddress != 0 ? byAddress : zone.orElse("").compareTo(other.zone.orElse(""));
        return byZone != 0 ? byZone : Integer.compare(port, other.port);
    }

    /** The address with its zone: {@code fe80::1%eth0}. */
    public String scopedAddress() {
        return address + zone.map(name -> "%" + name).orElse("");
    }

    /** The target's identity everywhere: {@code 10.0.0.1:80}, {@code [fe80::1%eth0]:80}. */
    @Override
    public String toString() {
        return address.family() == IpAddress.Family.V4
                ? scopedAddress() + ":" + port
                : "[" + scopedAddress() + "]:" + port;
    }
}
