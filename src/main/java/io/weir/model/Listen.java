package io.weir.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a proxy takes.
 *
 * @param interfaces where the data path is attached, at least one
 * @param port 1 to 65535
 * @param address the VIP; without one any destination address on the interfaces matches
 * @param protocols TCP, UDP or both
 */
public record Listen(List<String> interfaces, int port, Optional<IpAddress> address, Set<Protocol> protocols) {

    public Listen {
        interfaces = List.copyOf(interfaces);
        protocols = Set.copyOf(protocols);
        if (interfaces.isEmpty() || protocols.isEmpty()) {
            throw new IllegalArgumentException("a listener has an interface and a protocol");
        }
    }
}
