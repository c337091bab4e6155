package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.model.Target;
import io.weir.testing.LabTest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bulk data both ways past a hop that carries 1,280 bytes, which neither end knows of:
 *
 * <pre>
 *   client ── r1 ── r2 ── lb ── r3 ── r4 ── server
 *             CLIENT_SIDE              SERVER_SIDE
 *               CLIENT_CABLE   SERVER_CABLE
 * </pre>
 *
 * Whoever sends too much hears it by an ICMP error that is about the addresses of the other side of the load balancer.
 */
@LabTest
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"TC", "NATIVE", "GENERIC"})
class PathMtuTest {

    private static final int NARROW = 1280;
    private static final int MEGABYTES = 4;

    /** A cable's addresses; its left end is 1, its right end 2. The load balancer's left one is that of the VIPs. */
    private record Subnet(String v4, String v6) {
        String v4(int host) {
            return v4 + host;
        }

        String v6(int host) {
            return v6 + host;
        }
    }

    private static final List<Subnet> SUBNETS = List.of(
            new Subnet("198.51.100.", "2001:db8:1::"),
            new Subnet("10.1.0.", "fd01::"),
            new Subnet("192.0.2.", "2001:db8::"),
            new Subnet("10.2.0.", "fd02::"),
            new Subnet("10.3.0.", "fd03::"),
            new Subnet("10.4.0.", "fd04::"));

    private static final Subnet CLIENTS = SUBNETS.getFirst();
    private static final Subnet SERVERS = SUBNETS.getLast();

    /** Where the narrow hop is. The cables are the load balancer's own. */
    private enum Place {
        CLIENT_SIDE,
        CLIENT_CABLE,
        SERVER_CABLE,
        SERVER_SIDE
    }

    private static Lab lab;
    private static Host client;
    private static Host server;
    private static List<Link> links;
    private static Echo echo;

    @Parameter
    XdpMode mode;

    @BeforeParameterizedClassInvocation
    static void build(XdpMode mode) {
        lab = new Lab();
        List<Host> hosts = List.of("client", "r1", "r2", "lb", "r3", "r4", "server").stream()
                .map(lab::host)
                .toList();
        hosts.subList(1, 6).forEach(Host::forward);
        client = hosts.getFirst();
        server = hosts.getLast();
        links = IntStream.range(0, SUBNETS.size())
                .mapToObj(i -> cable(hosts.get(i), hosts.get(i + 1), SUBNETS.get(i), mode))
                .toList();
        Host balancer = hosts.get(3);
        balancer.address("left", Site.VIP_V4 + "/32", Site.VIP_V6 + "/128");
        for (int i = 0; i < hosts.size(); i++) {
            route(hosts, i);
        }
        echo = Echo.serve(server, MEGABYTES);
        new Weir(balancer, "weir").run(desired(mode));
    }

    private static Link cable(Host host, Host right, Subnet subnet, XdpMode mode) {
        Link link = lab.link(host, "right", right, "left");
        host.address("right", subnet.v4(1) + "/24", subnet.v6(1) + "/64");
        right.address("left", subnet.v4(2) + "/24", subnet.v6(2) + "/64");
        return mode == XdpMode.TC ? link : link.withoutOffloads();
    }

    /** To every subnet by the neighbour that is nearer to it. */
    private static void route(List<Host> hosts, int at) {
        for (int i = 0; i < SUBNETS.size(); i++) {
            Subnet to = SUBNETS.get(i);
            if (i < at - 1) {
                hosts.get(at).route(to.v4(0) + "/24", SUBNETS.get(at - 1).v4(1));
                hosts.get(at).route(to.v6(0) + "/64", SUBNETS.get(at - 1).v6(1));
            } else if (i > at) {
                hosts.get(at).route(to.v4(0) + "/24", SUBNETS.get(at).v4(2));
                hosts.get(at).route(to.v6(0) + "/64", SUBNETS.get(at).v6(2));
            }
        }
    }

    private static Desired desired(XdpMode mode) {
        return new Desired(
                List.of(echo("echo", Site.VIP_V4, SERVERS.v4(2)), echo("echo6", Site.VIP_V6, SERVERS.v6(2))),
                Settings.DEFAULT.withXdpMode(mode));
    }

    private static Proxy echo(String name, String vip, String server) {
        Listen listen =
                new Listen(List.of("left"), Site.ECHO_PORT, Optional.of(IpAddress.parse(vip)), Set.of(Protocol.TCP));
        return Site.proxy(name, listen, new Group(List.of(Target.of(Endpoint.of(server, Site.ECHO_PORT)))));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        lab.close();
    }

    /** What the ends have learned is forgotten. */
    @AfterEach
    void widen() {
        links.forEach(link -> link.mtu(1500));
        List.of(client, server).forEach(end -> end.run("ip -4 route flush cache; ip -6 route flush cache"));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "CLIENT_SIDE, 4", "CLIENT_SIDE, 6", "SERVER_SIDE, 4", "SERVER_SIDE, 6",
        "CLIENT_CABLE, 4", "CLIENT_CABLE, 6", "SERVER_CABLE, 4", "SERVER_CABLE, 6"
    })
    void both_ends_learn_of_a_hop_of_1280_bytes_and_no_byte_is_lost(Place place, int family) {
        links.get(1 + place.ordinal()).mtu(NARROW);

        echo.returnsTo(client, family == 4 ? Site.VIP_V4 : Site.VIP_V6);

        int clientLearned = pathMtu(client, family == 4 ? Site.VIP_V4 : Site.VIP_V6);
        int serverLearned = pathMtu(server, family == 4 ? CLIENTS.v4(1) : CLIENTS.v6(1));
        Proof.say(
                "%s: %d MB there and back over IPv%d past 1,280 bytes at %s; the client learned %d, the server %d",
                mode, echo.megabytes(), family, place, clientLearned, serverLearned);
        assertThat(clientLearned).isEqualTo(NARROW);
        assertThat(serverLearned).isEqualTo(NARROW);
    }

    /** What the kernel knows of the way to an address; 1500 when it has learned nothing. */
    private static int pathMtu(Host from, String to) {
        String route = from.run("ip route get " + to);
        var found = java.util.regex.Pattern.compile(" mtu (\\d+)").matcher(route);
        return found.find() ? Integer.parseInt(found.group(1)) : 1500;
    }
}
