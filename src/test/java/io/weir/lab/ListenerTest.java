package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import io.weir.testing.LabTest;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which listener takes a connection, and where the client's address leads it. */
@LabTest
class ListenerTest {

    private static final int ANY_PORT = 90;
    private static final int ROUTED_PORT = 91;
    private static final int STICKY_PORT = 92;
    private static final int CLIENTS = 40;

    private static Site site;

    @BeforeAll
    static void run() {
        site = Site.twoArm(3, Frames.OFFLOADED);
        site.client().address("eth0", "198.51.100.1/32", "198.51.100.200/32", "203.0.113.9/32", "2001:db8:9::1/128");
        IntStream.range(0, CLIENTS).forEach(i -> site.client().address("eth0", sticky(i) + "/32"));
        site.balancer().route("198.51.100.0/24", Site.CLIENT_V4);
        site.balancer().route("203.0.113.0/24", Site.CLIENT_V4);
        site.balancer().route("10.99.0.0/24", Site.CLIENT_V4);
        site.balancer().route("2001:db8:9::/48", Site.CLIENT_V6);
        new Weir(site.balancer(), "weir")
                .run(new Desired(
                        List.of(
                                Site.proxy("vip", Site.VIP_V4, only(site.serverV4(1))),
                                Site.proxy("any", Site.listen(Optional.empty(), ANY_PORT), both(2)),
                                Site.proxy("same-port", Site.listen(Optional.empty(), Site.PORT), both(3)),
                                routed(),
                                sticky()),
                        Settings.DEFAULT));
    }

    @AfterAll
    static void close() {
        site.close();
    }

    private static Group only(Endpoint endpoint) {
        return new Group(List.of(Target.of(endpoint)));
    }

    /** The server by both its addresses. */
    private static Group both(int server) {
        return new Group(List.of(Target.of(site.serverV4(server), 50), Target.of(site.serverV6(server), 50)));
    }

    private static Proxy routed() {
        Listen listen = Site.listen(Optional.empty(), ROUTED_PORT);
        return new Proxy(
                "routed",
                listen,
                both(1),
                List.of(
                        route("198.51.100.0/24", only(site.serverV4(2))),
                        route("198.51.100.128/25", only(site.serverV4(3))),
                        route("2001:db8:9::/48", only(site.serverV6(2)))),
                List.of(),
                false,
                Optional.empty());
    }

    private static SourceRoute route(String prefix, Group group) {
        return new SourceRoute(new Source.Prefix(Cidr.parse(prefix)), group, false);
    }

    private static Proxy sticky() {
        Group group = Site.group(site::serverV4, 34, 33, 33);
        Listen listen = Site.listen(Optional.of(Site.VIP_V4), STICKY_PORT);
        return new Proxy("sticky", listen, group, List.of(), List.of(), true, Optional.empty());
    }

    private static String sticky(int number) {
        return "10.99.0." + (number + 1);
    }

    @ParameterizedTest(name = "{0}:{1} is served by {2}")
    @CsvSource({
        Site.VIP_V4 + ", 80, web1", // a VIP goes before the interface
        "192.0.2.1, 80, web3",
        "2001:db8::1, 80, web3",
        "192.0.2.1, 90, web2",
        Site.VIP_V4 + ", 90, web2",
        "2001:db8::1, 90, web2",
        Site.VIP_V6 + ", 90, web2"
    })
    void an_interface_listener_takes_every_address_that_no_vip_takes(String address, int port, String server) {
        assertThat(Crowd.ask(10, () -> Conversation.tcp(site.client(), address, port)))
                .containsExactly(Map.entry(server, 10));
        assertThat(Crowd.ask(10, () -> Conversation.udp(site.client(), address, port)))
                .containsExactly(Map.entry(server, 10));
    }

    @ParameterizedTest(name = "{0} is led to {2}")
    @CsvSource({
        "203.0.113.9, 192.0.2.1, web1", // no route: the default
        "198.51.100.1, 192.0.2.1, web2",
        "198.51.100.200, 192.0.2.1, web3", // the longer prefix
        Site.CLIENT_V6 + ", 2001:db8::1, web1",
        "2001:db8:9::1, 2001:db8::1, web2"
    })
    void the_most_specific_source_route_decides(String client, String address, String server) {
        InetAddress local = InetAddress.ofLiteral(client);
        assertThat(Crowd.ask(10, () -> Conversation.tcp(site.client(), local, address, ROUTED_PORT, 10_000)))
                .containsExactly(Map.entry(server, 10));
        assertThat(Crowd.ask(10, () -> Conversation.udp(site.client(), local, address, ROUTED_PORT)))
                .containsExactly(Map.entry(server, 10));
    }

    @Test
    void with_session_persistence_a_client_always_finds_the_same_server() {
        Set<String> servers = new HashSet<>();
        for (int number = 0; number < CLIENTS; number++) {
            InetAddress local = InetAddress.ofLiteral(sticky(number));
            Map<String, Integer> answers =
                    Crowd.ask(8, () -> Conversation.tcp(site.client(), local, Site.VIP_V4, STICKY_PORT, 10_000));
            assertThat(answers).as("client %s", local).hasSize(1);
            servers.addAll(answers.keySet());
        }
        // That 40 clients miss one of three servers happens once in three million times.
        assertThat(servers).containsExactlyInAnyOrder("web1", "web2", "web3");
        Proof.say(
                "session persistence: %d clients, 8 connections each, one server a client, %s in all",
                CLIENTS, servers);
    }
}
