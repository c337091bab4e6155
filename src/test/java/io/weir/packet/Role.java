package io.weir.packet;

import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;

/** Who speaks in the rows. Addresses of both families, the port it speaks from or listens on, its MAC and where it is. */
public enum Role {
    CLIENT("192.0.2.10", "2001:db8:c::10", 40000, Side.CLIENTS),
    OTHER_CLIENT("192.0.2.11", "2001:db8:c::11", 40000, Side.CLIENTS),
    /** Nobody knows its MAC. */
    SILENT_CLIENT("192.0.2.99", "2001:db8:c::99", 40000, Side.CLIENTS),
    /** The way to {@link #FAR_CLIENT}; sends ICMP errors about what goes there. */
    ROUTER("192.0.2.1", "2001:db8:c::1", 0, Side.CLIENTS),
    FAR_CLIENT("198.51.100.7", "2001:db8:f::7", 40000, Side.CLIENTS),
    /** No route leads to it. */
    LOST_CLIENT("10.9.0.7", "2001:db8:9::7", 40000, Side.CLIENTS),

    VIP("203.0.113.1", "2001:db8:a::1", 80, Side.CLIENTS),
    OTHER_VIP("203.0.113.2", "2001:db8:a::2", 80, Side.CLIENTS),
    /** Any address: matched by the listener of an interface alone. */
    ANYWHERE("203.0.113.77", "2001:db8:a::77", 8080, Side.CLIENTS),

    TARGET("10.0.0.1", "2001:db8:1::1", 8000, Side.SERVERS),
    OTHER_TARGET("10.0.0.2", "2001:db8:1::2", 8000, Side.SERVERS),
    THIRD_TARGET("10.0.0.3", "2001:db8:1::3", 9000, Side.SERVERS),
    NARROW_TARGET("10.0.1.1", "2001:db8:2::1", 8000, Side.NARROW),
    UNLINKED_TARGET("10.0.2.1", "2001:db8:3::1", 8000, Side.UNLINKED),
    SILENT_TARGET("10.0.0.99", "2001:db8:1::99", 8000, Side.SERVERS),
    /** Behind a route that says unreachable. */
    REFUSED_TARGET("10.9.0.1", "2001:db8:9::1", 8000, Side.SERVERS),
    /** No route at all. */
    UNROUTED_TARGET("10.77.0.1", "2001:db8:77::1", 8000, Side.SERVERS),
    /** Behind a route into a tunnel. */
    TUNNELLED_TARGET("10.8.0.1", "2001:db8:8::1", 8000, Side.SERVERS),
    /** The load balancer's own address. */
    OWN_TARGET("10.0.0.254", "2001:db8:1::fe", 8000, Side.SERVERS),
    LOOPBACK_TARGET("127.0.0.1", "::1", 8000, Side.LOOPBACK),
    /** Its IPv6 address is link-local, and its zone an interface without clients. */
    LINK_TARGET("10.0.1.7", "fe80::7", 8000, Side.NARROW),
    /** The same where clients are. */
    NEAR_LINK_TARGET("192.0.2.78", "fe80::78", 8000, Side.CLIENTS),
    /** Between the load balancer and its targets; sends ICMP errors. */
    SERVER_ROUTER("10.0.0.250", "2001:db8:1::fa", 0, Side.SERVERS);

    private final IpAddress v4;
    private final IpAddress v6;
    private final int port;
    private final Side side;

    Role(String v4, String v6, int port, Side side) {
        this.v4 = IpAddress.parse(v4);
        this.v6 = IpAddress.parse(v6);
        this.port = port;
        this.side = side;
    }

    public IpAddress address(Family family) {
        return family == Family.V4 ? v4 : v6;
    }

    public int port() {
        return port;
    }

    /** Where the load balancer reaches it. */
    public Side side() {
        return side;
    }

    public Mac mac() {
        return new Mac(0x020000000a00L + ordinal());
    }

    /** Whose MAC leads to it. */
    public Role nextHop() {
        return this == FAR_CLIENT ? ROUTER : this;
    }

    public boolean isTarget() {
        return name().endsWith("TARGET");
    }
}
