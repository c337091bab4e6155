package io.weir.failover;

import io.weir.failover.Connections.Way;
import io.weir.testing.Namespaces;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts for load balancers between a client and a backend, each with eth0 on the clients' network and eth1 on the backends':
 * the addresses are those of the example configuration of an HA pair. The switch that both networks are on is a namespace of
 * its own, where the cables of a host can be cut at one moment.
 */
public final class Rack implements AutoCloseable {

    public static final String CLIENT = "client";
    public static final String BACKEND = "backend";
    public static final String VIP = "192.0.2.10";
    public static final String VIP6 = "2001:db8::10";

    /** What the backends send their answers to. */
    public static final String GATEWAY = "10.0.0.254";

    public static final String GATEWAY6 = "2001:db8:1::fe";
    public static final int PORT = 443;
    public static final int BACKEND_PORT = 8443;

    private static final String SWITCH = "switch";

    /** Frames. */
    private static final int QUEUED = 8192;

    /** Of the client, in each family. */
    private static final int SOURCES = 8;

    private final Namespaces namespaces;
    private final String prefix;
    private final List<Place> places;

    /** A host for a load balancer. */
    public enum Place {
        ONE("lb-1", 251),
        TWO("lb-2", 252),
        THREE("lb-3", 253);

        private final String role;
        private final int number;

        Place(String role, int number) {
            this.role = role;
            this.number = number;
        }

        public String role() {
            return role;
        }

        /** On the backends' network. */
        public String address() {
            return "10.0.0." + number;
        }
    }

    /**
     * @param prefix of the names of all that is made
     * @param hosts for load balancers
     */
    public Rack(String prefix, int hosts) {
        this.prefix = prefix;
        this.places = List.of(Place.values()).subList(0, hosts);
        this.namespaces = new Namespaces(prefix);
        try {
            namespaces.make(SWITCH);
            in(
                    SWITCH,
                    "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6;"
                            + "for bridge in front back; do ip link add $bridge type bridge mcast_snooping 0;"
                            + " ip link set $bridge up; done");
            host(CLIENT, 0);
            plug(CLIENT, "eth0", "front", "client", 0);
            host(BACKEND, 0);
            plug(BACKEND, "eth0", "back", "backend", 0);
            addresses();
            for (Place place : places) {
                host(place);
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void host(String role, int forward) {
        namespaces.make(role);
        in(
                role,
                "cd /proc/sys/net; echo '1024 65000' >ipv4/ip_local_port_range; echo 8192 >core/somaxconn;"
                        + "echo 8192 >ipv4/tcp_max_syn_backlog; echo 0 >ipv6/conf/all/accept_dad; echo 0"
                        + " >ipv6/conf/default/accept_dad; echo 0 >ipv6/conf/all/accept_ra; echo 0"
                        + " >ipv6/conf/default/accept_ra; echo " + forward + " >ipv4/ip_forward; echo " + forward
                        + " >ipv6/conf/all/forwarding");
    }

    private void addresses() {
        StringBuilder client = new StringBuilder();
        for (int i = 0; i < SOURCES; i++) {
            client.append("ip addr add 192.0.2.").append(200 + i).append("/24 dev eth0;");
            client.append("ip addr add 2001:db8::").append(200 + i).append("/64 dev eth0 nodad;");
        }
        in(CLIENT, client.toString());
        in(
                BACKEND,
                "for number in 1 2; do ip addr add 10.0.0.$number/24 dev eth0;"
                        + " ip addr add 2001:db8:1::$number/64 dev eth0 nodad; done; ip route add default via " + GATEWAY
                        + "; ip route add default via " + GATEWAY6);
    }

    /** Makes a host; also again, after its power was off. */
    public void host(Place place) {
        host(place.role(), 1);
        plug(place.role(), "eth0", "front", place.role() + "-0", place.number);
        plug(place.role(), "eth1", "back", place.role() + "-1", place.number);
        in(
                place.role(),
                "ip addr add 192.0.2." + place.number + "/24 dev eth0; ip addr add 2001:db8::" + place.number
                        + "/64 dev eth0 nodad; ip addr add " + place.address()
                        + "/24 dev eth1; ip addr add 2001:db8:1::" + place.number + "/64 dev eth1 nodad");
    }

    /**
     * A card takes no frames of other hosts, but a veth takes all that a switch sends everywhere while it does not know where to.
     * And a cable alone holds 256 frames: what thousands of connections send again at once, while a busy machine lets the other
     * end wait for a few milliseconds, is queued as by a switch and a card.
     */
    private void plug(String role, String device, String bridge, String port, int group) {
        namespaces.connect(role, device, SWITCH, port);
        in(SWITCH, "ip link set " + port + " master " + bridge + " group " + group + "; bridge link set dev " + port + " flood off; "
                + queue(port));
        in(role, queue(device));
    }

    /** The kernel waits with it for room at the other end since 6.16. */
    private static String queue(String device) {
        return "tc qdisc replace dev " + device + " root pfifo limit " + QUEUED;
    }

    /**
     * No VIP on any host: the client's packets, and the backend's, are spread over these by addresses and ports, each way by
     * a hash of its own, as routers with several equal paths do (ECMP).
     */
    public void spread(Place... over) {
        for (String role : List.of(CLIENT, BACKEND)) {
            in(
                    role,
                    "sysctl -qw net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1;"
                            + routes(role.equals(CLIENT), over));
        }
    }

    private static String routes(boolean toVip, Place... over) {
        StringBuilder v4 = new StringBuilder("ip route replace " + (toVip ? VIP : "default"));
        StringBuilder v6 = new StringBuilder("; ip -6 route replace " + (toVip ? VIP6 : "default"));
        for (Place place : over) {
            v4.append(" nexthop via ").append(toVip ? "192.0.2." : "10.0.0.").append(place.number);
            v6.append(" nexthop via ").append(toVip ? "2001:db8::" : "2001:db8:1::").append(place.number);
        }
        return v4.append(v6).toString();
    }

    /** The VIP is where VRRP has put it again, both ways. */
    void gather() {
        in(CLIENT, "ip route del " + VIP + "; ip -6 route del " + VIP6);
        in(BACKEND, "ip route replace default via " + GATEWAY + "; ip -6 route replace default via " + GATEWAY6);
    }

    /** Both cables of a host at one moment: a group is changed under one lock, and who watches hears of it after. */
    public Instant cut(Place place) {
        return Timed.now(namespaces.path(SWITCH), "ip link set group " + place.number + " down");
    }

    public void mend(Place place) {
        in(SWITCH, "ip link set group " + place.number + " up");
    }

    /** The host is gone with all that is in it; its processes must be dead, or it lives on with them. */
    public void powerOff(Place place) {
        cut(place);
        in(SWITCH, "ip link del " + place.role() + "-0; ip link del " + place.role() + "-1");
        namespaces.remove(place.role());
    }

    /** From each of the client's addresses to the VIP of its family, the families in turn. */
    static List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            ways.add(way("192.0.2." + (200 + i), VIP));
            ways.add(way("2001:db8::" + (200 + i), VIP6));
        }
        return ways;
    }

    private static Way way(String from, String vip) {
        return new Way(new InetSocketAddress(from, 0), new InetSocketAddress(vip, PORT));
    }

    /** Those that have hosts. */
    public List<Place> places() {
        return places;
    }

    List<Place> others(Place place) {
        return places.stream().filter(other -> other != place).toList();
    }

    /** Runs a shell line inside a host, which must succeed; what it printed. */
    public String in(String role, String line) {
        return namespaces.in(role, line);
    }

    public Path path(String role) {
        return namespaces.path(role);
    }

    /** Whether a host has the VIP on its interface. */
    public boolean hasVip(Place place) {
        return in(place.role(), "ip -o addr show dev eth0").contains(" " + VIP + "/");
    }

    String prefix() {
        return prefix;
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
