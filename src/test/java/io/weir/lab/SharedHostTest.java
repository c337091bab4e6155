package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Desired;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that are not alone: others on the same host, others in another namespace, operators who rename what they use. */
@LabTest
class SharedHostTest {

    private static final String OTHER_VIP = "198.51.100.80";

    @Test
    void two_nodes_on_one_host_serve_each_its_clients_and_one_goes_on_when_the_other_is_taken_off() throws Exception {
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            Host other = site.lab().host("other");
            site.lab().link(site.balancer(), "side", other, "eth0");
            site.balancer().address("side", "198.51.100.1/24", OTHER_VIP + "/32");
            other.address("eth0", "198.51.100.10/24");
            other.defaultRoute("198.51.100.1");
            site.balancer().run("sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0");
            List<String> before = Traces.of(site.balancer());

            Weir first = new Weir(site.balancer(), "first");
            Weir second = new Weir(site.balancer(), "second");
            Program leaving = first.run(site.desired(Settings.DEFAULT, 100));
            Program node = second.run(aside(site));
            assertThat(ask(site.client(), Site.VIP_V4)).isEqualTo("web1");
            assertThat(ask(site.client(), Site.VIP_V6)).isEqualTo("web1");
            assertThat(ask(other, OTHER_VIP)).isEqualTo("web1");

            try (Conversation lasting = Conversation.tcp(other, OTHER_VIP, Site.PORT)) {
                assertThat(lasting.ask()).isEqualTo("web1");
                leaving.stop();
                first.detach();
                assertThat(lasting.ask()).isEqualTo("web1");
                assertThat(ask(other, OTHER_VIP)).isEqualTo("web1");
            }
            node.stop();
            second.detach();
            assertThat(Traces.of(site.balancer())).containsExactlyElementsOf(before);
        }
    }

    @Test
    void nodes_in_two_network_namespaces_are_strangers() throws Exception {
        try (Site site = Site.twoArm(1, Frames.OFFLOADED);
                Site elsewhere = Site.twoArm(1, Frames.OFFLOADED)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Weir stranger = new Weir(elsewhere.balancer(), "weir");
            Program node = weir.run(site.desired(Settings.DEFAULT, 100));
            Program other = stranger.run(elsewhere.desired(Settings.DEFAULT, 100));
            assertThat(ask(site.client(), Site.VIP_V4)).isEqualTo("web1");
            assertThat(ask(elsewhere.client(), Site.VIP_V4)).isEqualTo("web1");

            other.stop();
            stranger.detach();
            assertThat(ask(site.client(), Site.VIP_V6)).isEqualTo("web1");
            assertThat(node.isAlive()).isTrue();
        }
    }

    @Test
    void the_pins_of_a_node_in_another_network_namespace_are_left_alone() throws Exception {
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Desired desired = site.desired(Settings.DEFAULT, 100);
            weir.run(desired).kill();
            Program.End end = new Weir(site.client(), "weir").begin(desired).end();
            assertThat(end.status()).isEqualTo(1);
            assertThat(end.errors())
                    .anyMatch(line -> line.contains(data(weir) + " is attached in another network namespace"));
            assertThat(ask(site.client(), Site.VIP_V4)).isEqualTo("web1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TC", "NATIVE"})
    void an_interface_that_is_renamed_under_traffic_works_again_by_its_old_name(XdpMode mode) throws Exception {
        try (Site site = Site.twoArm(1, mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Program node = weir.run(site.desired(Settings.DEFAULT.withXdpMode(mode), 100));
            assertThat(ask(site.client(), Site.VIP_V4)).isEqualTo("web1");

            site.balancer().run("ip link set front name away");
            Await.until("it is let go", () -> weir.attachedAs("front").isEmpty());

            site.balancer().run("ip link set away name front");
            Await.until("it is attached again", () -> weir.attachedAs("front").equalsIgnoreCase(mode.name()));
            assertThat(ask(site.client(), Site.VIP_V4)).isEqualTo("web1");
            assertThat(ask(site.client(), Site.VIP_V6)).isEqualTo("web1");
            assertThat(node.errors()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    private static String data(Weir weir) {
        return "the data path under " + weir.pins();
    }

    private static Desired aside(Site site) {
        Listen listen =
                new Listen(List.of("side"), Site.PORT, Optional.of(IpAddress.parse(OTHER_VIP)), Set.of(Protocol.TCP));
        return new Desired(List.of(Site.proxy("aside", listen, Site.group(site::serverV4, 100))), Settings.DEFAULT);
    }

    private static String ask(Host client, String vip) throws IOException {
        try (Conversation conversation = Conversation.tcp(client, vip, Site.PORT)) {
            return conversation.ask();
        }
    }
}
