package io.weir.packet;

/** An interface of the load balancer, in the namespace of {@link Surroundings}. */
public enum Side {
    /** Not one of ours: the namespace's own. */
    LOOPBACK("lo", 0),
    /** To clients; 192.0.2.0/24. */
    CLIENTS("clients0", 1500),
    /** To targets; 10.0.0.0/24. */
    SERVERS("servers0", 1500),
    /** To a target behind a small MTU; 10.0.1.0/24. */
    NARROW("narrow0", 1400),
    /** To a target; takes no XDP redirect; 10.0.2.0/24. */
    UNLINKED("unlinked0", 1500),
    /** Forwarding is off for what comes by it. */
    QUIET("quiet0", 1500);

    private final String device;
    private final int mtu;

    Side(String device, int mtu) {
        this.device = device;
        this.mtu = mtu;
    }

    public String device() {
        return device;
    }

    public int mtu() {
        return mtu;
    }

    /** Its own MAC, written by whoever sends from it. */
    public Mac mac() {
        return this == LOOPBACK ? Mac.NONE : new Mac(0x020000000100L + ordinal());
    }
}
