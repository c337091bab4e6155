package io.weir.bench;

import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.testing.Namespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A load balancer's namespace between a client's and a backend's. Behind the client's are all addresses of 10.0.0.0/8 and
 * fd10::/64, which only a generator uses.
 */
final class Router implements AutoCloseable {

    static final String CLIENT = "client";
    static final String BALANCER = "lb";
    static final String BACKEND = "backend";

    /** The balancer's interfaces, and at their other ends the client's and the backend's. */
    static final String CLIENT_SIDE = "client0";

    static final String SERVER_SIDE = "server0";
    static final String CLIENT_END = "client1";
    static final String BACKEND_END = "server1";

    static final String CLIENT_MAC = "02:00:00:00:00:01";
    static final String BACKEND_MAC = "02:00:00:00:00:02";

    private final Namespaces namespaces = new Namespaces(Bench.NAME);
    private final Thread cleaner = Thread.ofPlatform().unstarted(namespaces::close);

    Router() {
        // Also when the run is interrupted.
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            for (String role : List.of(CLIENT, BALANCER, BACKEND)) {
                namespaces.make(role);
            }
            namespaces.connect(BALANCER, CLIENT_SIDE, CLIENT, CLIENT_END);
            namespaces.connect(BALANCER, SERVER_SIDE, BACKEND, BACKEND_END);
            namespaces.in(CLIENT, """
                    ip link set client1 address 02:00:00:00:00:01
                    ip address add 172.16.1.2/24 dev client1
                    ip -6 address add fd01::2/64 dev client1 nodad
                    ip route add default via 172.16.1.1
                    """);
            namespaces.in(BACKEND, """
                    ip link set server1 address 02:00:00:00:00:02
                    ip address add 172.16.2.2/24 dev server1
                    ip -6 address add fd20::2/64 dev server1 nodad
                    ip route add default via 172.16.2.1
                    """);
            namespaces.in(BALANCER, """
                    echo 1 >/proc/sys/net/ipv4/ip_forward
                    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
                    ip address add 172.16.1.1/24 dev client0
                    ip address add 172.16.2.1/24 dev server0
                    ip -6 address add fd01::1/64 dev client0 nodad
                    ip -6 address add fd20::1/64 dev server0 nodad
                    ip neighbour add 172.16.1.2 lladdr 02:00:00:00:00:01 dev client0 nud permanent
                    ip neighbour add 172.16.2.2 lladdr 02:00:00:00:00:02 dev server0 nud permanent
                    ip neighbour add fd01::2 lladdr 02:00:00:00:00:01 dev client0 nud permanent
                    ip neighbour add fd20::2 lladdr 02:00:00:00:00:02 dev server0 nud permanent
                    ip route add 10.0.0.0/8 via 172.16.1.2
                    ip route add 172.20.0.0/16 via 172.16.2.2
                    ip -6 route add fd10::/64 via fd01::2
                    """);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Works in a namespace. */
    <T> T inside(String role, Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path(role), work);
    }

    /** Runs a shell line in a namespace; what it printed. */
    String in(String role, String line) {
        return namespaces.in(role, line);
    }

    /** Where to enter a namespace. */
    Path path(String role) {
        return namespaces.path(role);
    }

    /** What tables must know of the surroundings; asked inside. */
    WeirTables.Wire wire(Driver driver) {
        return new WeirTables.Wire(
                index(CLIENT_SIDE),
                index(SERVER_SIDE),
                bytes(CLIENT_MAC),
                bytes(BACKEND_MAC),
                mac(CLIENT_SIDE),
                mac(SERVER_SIDE),
                jiffiesPerSecond(driver));
    }

    /** Measured, and rounded to what kernels are built with. */
    private static int jiffiesPerSecond(Driver driver) {
        long start = driver.jiffies();
        long nanos = System.nanoTime();
        while (System.nanoTime() - nanos < 500_000_000L) {
            Thread.onSpinWait();
        }
        double measured = (driver.jiffies() - start) / ((System.nanoTime() - nanos) / 1e9);
        int nearest = 0;
        for (int hz : new int[] {100, 250, 300, 1000}) {
            if (Math.abs(hz - measured) < Math.abs(nearest - measured)) {
                nearest = hz;
            }
        }
        return nearest;
    }

    /** The index of an interface, asked inside. */
    static int index(String name) {
        return Interfaces.index(name).orElseThrow(() -> new IllegalStateException("no interface " + name));
    }

    /** The MAC of an interface, asked inside. */
    byte[] mac(String name) {
        return bytes(namespaces.in(BALANCER, "ip -o link show " + name + " | sed 's/.*ether \\([^ ]*\\).*/\\1/'").strip());
    }

    static byte[] bytes(String mac) {
        String[] parts = mac.split(":");
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i], 16);
        }
        return bytes;
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
