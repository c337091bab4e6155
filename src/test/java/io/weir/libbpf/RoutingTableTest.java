package io.weir.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lab")
class RoutingTableTest {

    private static final String NAMESPACE =
            "weir-test-routes-" + ProcessHandle.current().pid();

    @BeforeEach
    void two_cables() throws Exception {
        ip("netns add " + NAMESPACE);
        ip("-n " + NAMESPACE + " link set lo up");
        cable("left", "192.0.2.1/24", "2001:db8:1::1/64");
        cable("right", "198.51.100.1/24", "2001:db8:2::1/64");
        ip("-n " + NAMESPACE + " route add 203.0.113.0/24 via 198.51.100.2");
        ip("-n " + NAMESPACE + " route add unreachable 203.0.113.9");
        ip("-n " + NAMESPACE + " -6 route add default via 2001:db8:2::2");
    }

    @AfterEach
    void remove() throws Exception {
        ip("netns del " + NAMESPACE);
    }

    @Test
    void a_packet_leaves_by_the_interface_of_its_most_specific_route() throws Exception {
        assertThat(to("192.0.2.77")).hasValue(index("left"));
        assertThat(to("203.0.113.1")).hasValue(index("right"));
        assertThat(to("2001:db8:1::77")).hasValue(index("left"));
        assertThat(to("2001:db8:ffff::1")).hasValue(index("right"));
    }

    @Test
    void no_route_a_refusing_one_and_the_own_address_have_no_interface() throws Exception {
        assertThat(to("10.0.0.1")).isEmpty();
        assertThat(to("203.0.113.9")).isEmpty();
        assertThat(to("192.0.2.1")).isEmpty();
        assertThat(to("::1")).isEmpty();
    }

    private static OptionalInt to(String address) throws Exception {
        return inside(() -> {
            try (RoutingTable table = new RoutingTable()) {
                return table.interfaceTo(InetAddress.ofLiteral(address).getAddress());
            }
        });
    }

    private static int index(String name) throws Exception {
        return inside(() -> Interfaces.index(name).orElseThrow());
    }

    private static <T> T inside(java.util.concurrent.Callable<T> work) throws Exception {
        return NetworkNamespace.run(Path.of("/run/netns", NAMESPACE), work);
    }

    private static void cable(String name, String v4, String v6) throws Exception {
        ip("-n " + NAMESPACE + " link add " + name + " type veth peer name " + name + "-peer");
        ip("-n " + NAMESPACE + " link set " + name + "-peer up");
        ip("-n " + NAMESPACE + " link set " + name + " up");
        ip("-n " + NAMESPACE + " addr add " + v4 + " dev " + name);
        ip("-n " + NAMESPACE + " addr add " + v6 + " dev " + name + " nodad");
    }

    private static void ip(String arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(("ip " + arguments).split(" ")).inheritIO().start();
        assertThat(process.waitFor()).as("ip " + arguments).isZero();
    }
}
