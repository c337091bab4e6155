package io.weir.bench;

import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.testing.Namespaces;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** A load balancer's namespace between clients and servers that are only addresses: routes and fixed neighbours. */
final class Router implements AutoCloseable {

    static final String CLIENT_SIDE = "client0";
    static final String SERVER_SIDE = "server0";
    static final String CLIENT_MAC = "02:00:00:00:00:01";
    static final String SERVER_MAC = "02:00:00:00:00:02";

    private final Namespaces namespaces = new Namespaces("weirbench");
    private final Path path;

    Router() {
        try {
            path = namespaces.make("lb");
            namespaces.make("far");
            namespaces.connect("lb", CLIENT_SIDE, "far", "client1");
            namespaces.connect("lb", SERVER_SIDE, "far", "server1");
            namespaces.in("lb", """
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
                    ip -6 route add fd10::/64 via fd01::2
                    """);
        } catch (RuntimeException failed) {
            namespaces.close();
            throw failed;
        }
    }

    /** Works in the load balancer's namespace. */
    <T> T inside(Callable<T> work) throws Exception {
        return NetworkNamespace.run(path, work);
    }

    /** What tables must know of the surroundings; asked inside. */
    WeirTables.Wire wire(Driver driver) {
        return new WeirTables.Wire(
                index(CLIENT_SIDE),
                index(SERVER_SIDE),
                bytes(CLIENT_MAC),
                bytes(SERVER_MAC),
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
        return bytes(namespaces.in("lb", "ip -o link show " + name + " | sed 's/.*ether \\([^ ]*\\).*/\\1/'").strip());
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
    }
}
