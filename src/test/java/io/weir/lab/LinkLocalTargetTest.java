package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.model.Target;
import io.weir.testing.LabTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Targets that have no address but a link-local one, for clients on another network. */
@LabTest
class LinkLocalTargetTest {

    private static final int MANY = 50;
    private static final String ADDRESS = "fe80::80";

    @Test
    void a_target_behind_another_interface_is_reached_by_tc() throws Exception {
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            // The clients' link has a neighbour of the same address: the zone alone says who is meant.
            site.client().address("eth0", ADDRESS + "/64");
            serves(site, "back1", XdpMode.AUTO);
        }
    }

    @Test
    void a_target_on_the_clients_interface_is_reached_in_all_modes() throws Exception {
        for (XdpMode mode : List.of(XdpMode.NATIVE, XdpMode.GENERIC, XdpMode.TC)) {
            try (Site site = Site.oneArm(1, mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE)) {
                serves(site, "front", mode);
            }
        }
    }

    private static void serves(Site site, String zone, XdpMode mode) throws Exception {
        Host server = site.serverHost(1);
        server.run("ip -6 addr flush dev eth0");
        server.address("eth0", ADDRESS + "/64");
        site.balancer().address(zone, "fe80::1/64");
        server.run("ip -6 route replace default via fe80::1 dev eth0");
        Group group = new Group(List.of(Target.of(Endpoint.of(ADDRESS + "%" + zone, Site.SERVER_PORT))));
        Weir weir = new Weir(site.balancer(), "weir");
        weir.run(new Desired(List.of(Site.proxy("link", Site.VIP_V6, group)), Settings.DEFAULT.withXdpMode(mode)));
        assertThat(Crowd.ask(MANY, () -> Conversation.tcp(site.client(), Site.VIP_V6, Site.PORT)))
                .containsExactly(Map.entry(Site.name(1), MANY));
        assertThat(Crowd.ask(MANY, () -> Conversation.udp(site.client(), Site.VIP_V6, Site.PORT)))
                .containsExactly(Map.entry(Site.name(1), MANY));
        assertThat(weir.verdict("link_local")).isPositive();
        assertThat(weir.verdict("link_unreachable")).isZero();
        Proof.say("%s: %d TCP connections and UDP sockets to %s%%%s", mode, MANY, ADDRESS, zone);
    }
}
