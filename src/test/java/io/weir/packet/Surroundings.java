package io.weir.packet;

import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.IpAddress.Family;
import io.weir.testing.Namespaces;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/** The load balancer's network namespace: interfaces, addresses, routes and neighbours of {@link Role} and {@link Side}. */
public final class Surroundings implements AutoCloseable {

    private static final String BALANCER = "lb";
    private static final String FAR_ENDS = "far";

    private final Namespaces namespaces = new Namespaces("weirpkt");
    private final Map<Side, Integer> indices = new EnumMap<>(Side.class);

    public Surroundings() {
        try {
            namespaces.make(BALANCER);
            namespaces.make(FAR_ENDS);
            for (Side side : Side.values()) {
                if (side != Side.LOOPBACK) {
                    namespaces.connect(BALANCER, side.device(), FAR_ENDS, side.device());
                }
            }
            namespaces.in(BALANCER, interfaces() + addresses() + neighbours() + routes());
            inside(() -> {
                for (Side side : Side.values()) {
                    indices.put(side, Interfaces.index(side.device()).orElseThrow());
                }
                return null;
            });
        } catch (RuntimeException failed) {
            namespaces.close();
            throw failed;
        }
    }

    public int index(Side side) {
        return indices.get(side);
    }

    /** Runs a shell line in the namespace. */
    public void change(String line) {
        namespaces.in(BALANCER, line);
    }

    /** Runs work on a thread that is in the namespace. */
    public <T> T inside(Callable<T> work) {
        try {
            return NetworkNamespace.run(namespaces.path(BALANCER), work);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof AssertionError assertion) {
                throw assertion;
            }
            throw failed;
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String interfaces() {
        StringBuilder lines = new StringBuilder();
        lines.append("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1\n");
        for (Side side : Side.values()) {
            if (side != Side.LOOPBACK) {
                lines.append("ip link set " + side.device() + " address " + side.mac() + " mtu " + side.mtu() + "\n");
            }
        }
        String quiet = Side.QUIET.device();
        lines.append("sysctl -qw net.ipv4.conf." + quiet + ".forwarding=0 net.ipv6.conf." + quiet + ".forwarding=0\n");
        return lines.toString();
    }

    private static String addresses() {
        return """
                ip address add 192.0.2.254/24 dev clients0
                ip address add 2001:db8:c::fe/64 dev clients0 nodad
                ip address add 10.0.0.254/24 dev servers0
                ip address add 2001:db8:1::fe/64 dev servers0 nodad
                ip address add 10.0.1.254/24 dev narrow0
                ip address add 2001:db8:2::fe/64 dev narrow0 nodad
                ip address add 10.0.2.254/24 dev unlinked0
                ip address add 2001:db8:3::fe/64 dev unlinked0 nodad
                ip address add 10.0.3.254/24 dev quiet0
                ip address add 2001:db8:4::fe/64 dev quiet0 nodad
                """;
    }

    /** Everyone who is on a link of ours, but for the silent ones. */
    private static String neighbours() {
        StringBuilder lines = new StringBuilder();
        for (Role role : Role.values()) {
            for (Family family : Family.values()) {
                String network = role.address(family).toString();
                boolean near = network.startsWith("192.0.2.")
                        || network.startsWith("10.0.")
                        || network.matches("2001:db8:[c123]::.*");
                if (near && !role.name().startsWith("SILENT") && role != Role.OWN_TARGET) {
                    lines.append("ip neighbour add " + network + " lladdr " + role.mac() + " dev "
                            + role.side().device() + " nud permanent\n");
                }
            }
        }
        return lines.toString();
    }

    private static String routes() {
        return """
                ip route add 198.51.100.0/24 via 192.0.2.1
                ip -6 route add 2001:db8:f::/64 via 2001:db8:c::1
                ip route add unreachable 10.9.0.0/24
                ip -6 route add unreachable 2001:db8:9::/64
                ip route add 10.8.0.0/24 encap ip id 1 dst 10.0.0.250 via 10.0.0.250 dev servers0
                ip -6 route add 2001:db8:8::/64 encap ip6 id 1 dst 2001:db8:1::fa dev servers0
                """;
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
