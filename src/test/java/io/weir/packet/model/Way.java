package io.weir.packet.model;

import io.weir.dataplane.Reason;
import io.weir.model.Cidr;
import io.weir.model.IpAddress;
import io.weir.packet.Hook;
import io.weir.packet.Mac;
import io.weir.packet.Role;
import io.weir.packet.Side;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the kernel's routes send an address, as {@link io.weir.packet.Surroundings} made them.
 *
 * @param obstacle why it cannot leave directly, NONE if it can
 * @param next the MAC it goes to
 */
record Way(Reason obstacle, Side side, Mac next) {

    private static Way none(Reason obstacle) {
        return new Way(obstacle, Side.LOOPBACK, Mac.NONE);
    }

    /** @param arrival where the packet came in: the stack, which carries it for XDP, looks for link-local addresses there */
    static Way to(IpAddress address, Hook hook, Side arrival) {
        if (address.isLinkLocal()) {
            Side link = side(address).orElse(Side.LOOPBACK);
            boolean reached = hook != Hook.XDP || link == arrival;
            return new Way(reached ? Reason.LINK_LOCAL : Reason.LINK_UNREACHABLE, link, Mac.NONE);
        }
        if (isIn(address, "198.51.100.0/24", "2001:db8:f::/64")) {
            return new Way(Reason.NONE, Side.CLIENTS, Role.ROUTER.mac());
        }
        if (isIn(address, "10.9.0.0/24", "2001:db8:9::/64")) {
            return none(Reason.NO_ROUTE);
        }
        if (isIn(address, "10.8.0.0/24", "2001:db8:8::/64")) {
            return none(Reason.NOT_REDIRECTABLE);
        }
        Optional<Side> side = side(address);
        if (side.isEmpty() || isOwn(address)) {
            return none(Reason.LOCAL_TARGET);
        }
        Optional<Role> neighbour = neighbour(address, side.get());
        if (neighbour.isEmpty()) {
            return none(Reason.NO_NEIGHBOUR);
        }
        if (side.get() == Side.UNLINKED && hook == Hook.XDP) {
            return none(Reason.NOT_REDIRECTABLE);
        }
        return new Way(Reason.NONE, side.get(), neighbour.get().mac());
    }

    /** Whether what comes from an address may come in by an interface; of a tunnel nobody knows. */
    static boolean leadsTo(IpAddress address, Side side) {
        if (isIn(address, "10.8.0.0/24", "2001:db8:8::/64")) {
            return true;
        }
        return side(address).equals(Optional.of(side)) && !isOwn(address);
    }

    /** Whether what comes from an address may have a tag: the way there leads to no port that frames are redirected to. */
    static boolean mayBeTagged(IpAddress address) {
        return side(address).filter(side -> side != Side.UNLINKED).isEmpty() || isOwn(address);
    }

    private static Optional<Side> side(IpAddress address) {
        if (address.isLinkLocal()) {
            return Arrays.stream(Role.values())
                    .filter(role -> role.address(address.family()).equals(address))
                    .map(Role::side)
                    .findFirst();
        }
        if (isIn(address, "192.0.2.0/24", "2001:db8:c::/64")) {
            return Optional.of(Side.CLIENTS);
        }
        if (isIn(address, "10.0.0.0/24", "2001:db8:1::/64")) {
            return Optional.of(Side.SERVERS);
        }
        if (isIn(address, "10.0.1.0/24", "2001:db8:2::/64")) {
            return Optional.of(Side.NARROW);
        }
        if (isIn(address, "10.0.2.0/24", "2001:db8:3::/64")) {
            return Optional.of(Side.UNLINKED);
        }
        return isIn(address, "10.0.3.0/24", "2001:db8:4::/64") ? Optional.of(Side.QUIET) : Optional.empty();
    }

    /** The host's own address of a network, and the one that means all (IPv4) or any (IPv6, a router's) of its hosts. */
    private static boolean isOwn(IpAddress address) {
        if (address.family() == IpAddress.Family.V4) {
            long host = address.low() & 255;
            return host == 254 || host == 255; // the lowest is a host like others since Linux 5.14
        }
        return address.low() == 0 || address.low() == 0xfe;
    }

    private static Optional<Role> neighbour(IpAddress address, Side side) {
        for (Role role : Role.values()) {
            if (role.address(address.family()).equals(address)
                    && role.side() == side
                    && !role.name().startsWith("SILENT")) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    private static boolean isIn(IpAddress address, String v4, String v6) {
        Cidr network = Cidr.parse(address.family() == IpAddress.Family.V4 ? v4 : v6);
        return network.contains(address);
    }
}
