package io.weir.cluster.link;

import io.weir.model.Cluster.Seed;
import java.net.InetSocketAddress;

/**
 * Where a node is reached.
 *
 * @param host an address or a name
 */
public record PeerAddress(String host, int port) {

    public PeerAddress {
        if (host.isEmpty() || host.length() > 255 || port < 1 || port > 65535) {
            throw new IllegalArgumentException("'" + host + "' port " + port + " is no address of a node");
        }
    }

    public static PeerAddress of(Seed seed) {
        return new PeerAddress(seed.host(), seed.port());
    }

    /** Asks the resolver where the host is a name. */
    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    @Override
    public String toString() {
        return new Seed(host, port).toString();
    }
}
