package io.weir.bench;

import io.weir.testing.Namespaces;
import java.nio.file.Path;
import java.util.List;

/**
 * A client and a backend with a lane for each contender between them: a load balancer's namespace with two cables. Lanes
 * stand side by side, so that contenders take turns without being taken down.
 */
final class Site implements AutoCloseable {

    static final String CLIENT = "client";
    static final String BACKEND = "backend";

    private final Namespaces namespaces = new Namespaces(Bench.NAME);
    private final Thread cleaner = Thread.ofPlatform().unstarted(namespaces::close);
    private int lanes;

    /**
     * A contender's way from client to backend. The balancer's interfaces are client0 and server0.
     *
     * @param role of the balancer's namespace
     */
    record Lane(String role, int number) {

        /** The balancer's own address on the client's cable. */
        String gateway() {
            return "10.1." + number + ".1";
        }

        /** Routed to the balancer, its own or not. */
        String vip() {
            return "192.0.2." + number;
        }

        /** The backend as this lane reaches it. */
        String backend() {
            return "10.2." + number + ".2";
        }
    }

    Site() {
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            for (String role : List.of(CLIENT, BACKEND)) {
                namespaces.make(role);
                // A connection in TIME_WAIT must not be what a benchmark waits for.
                in(role, "echo '1024 65000' >/proc/sys/net/ipv4/ip_local_port_range");
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    Lane lane(String name) {
        Lane lane = new Lane(name, ++lanes);
        String client = "c" + lane.number();
        String backend = "s" + lane.number();
        namespaces.make(name);
        namespaces.connect(name, "client0", CLIENT, client);
        namespaces.connect(name, "server0", BACKEND, backend);
        in(name, "echo 1 >/proc/sys/net/ipv4/ip_forward; ip address add " + lane.gateway()
                + "/24 dev client0; ip address add 10.2." + lane.number() + ".1/24 dev server0");
        in(CLIENT, "ip address add 10.1." + lane.number() + ".2/24 dev " + client + "; ip route add "
                + lane.vip() + " via " + lane.gateway() + "; ip route add 10.2." + lane.number() + ".0/24 via "
                + lane.gateway());
        in(BACKEND, "ip address add " + lane.backend() + "/24 dev " + backend + "; ip route add 10.1."
                + lane.number() + ".0/24 via 10.2." + lane.number() + ".1");
        return lane;
    }

    /** Switches checksum and segmentation offloads of all four ends. */
    void offloads(Lane lane, boolean on) {
        String state = on ? "on" : "off";
        String line = "ethtool -K %s tx " + state + " tso " + state + " gso " + state + " >/dev/null";
        in(CLIENT, String.format(line, "c" + lane.number()));
        in(BACKEND, String.format(line, "s" + lane.number()));
        in(lane.role(), String.format(line, "client0"));
        in(lane.role(), String.format(line, "server0"));
    }

    String in(String role, String line) {
        return namespaces.in(role, line);
    }

    Path path(String role) {
        return namespaces.path(role);
    }

    @Override
    public void close() {
        namespaces.close();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException alreadyEnding) {
            // the hook does the same
        }
    }
}
