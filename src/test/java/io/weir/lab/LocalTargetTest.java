package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.model.Target;
import io.weir.testing.LabTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Targets on the load balancer itself. */
@LabTest
class LocalTargetTest {

    private static final int MANY = 50;

    /** Loopback, the listening interface's own address, another interface's. */
    private static final List<String> ADDRESSES =
            List.of("127.0.0.1", "192.0.2.1", "10.80.1.1", "2001:db8::1", "fd80:1::1");

    /** Linux takes ::1 from no other interface than the loopback one, to which only TC can hand a packet. */
    private static List<String> addresses(XdpMode mode) {
        return mode == XdpMode.TC
                ? Stream.concat(ADDRESSES.stream(), Stream.of("::1")).toList()
                : ADDRESSES;
    }

    @ParameterizedTest
    @EnumSource(names = {"TC", "NATIVE", "GENERIC"})
    void targets_on_this_host_answer_and_see_the_client(XdpMode mode) throws Exception {
        try (Site site = Site.twoArm(1, mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE)) {
            List<Proxy> proxies = new ArrayList<>();
            for (String address : addresses(mode)) {
                int port = Site.PORT + proxies.size();
                Backend.start(
                        site.balancer(),
                        address,
                        new InetSocketAddress(InetAddress.ofLiteral(address), Site.SERVER_PORT));
                Group group = new Group(List.of(Target.of(Endpoint.of(address, Site.SERVER_PORT))));
                proxies.add(Site.proxy("local" + port, Site.listen(Optional.of(vip(address)), port), group));
            }
            new Weir(site.balancer(), "weir").run(new Desired(proxies, Settings.DEFAULT.withXdpMode(mode)));

            for (String address : addresses(mode)) {
                int port = Site.PORT + addresses(mode).indexOf(address);
                assertThat(Crowd.ask(MANY, () -> Conversation.tcp(site.client(), vip(address), port)))
                        .containsExactly(Map.entry(address, MANY));
                assertThat(Crowd.ask(MANY, () -> Conversation.udp(site.client(), vip(address), port)))
                        .containsExactly(Map.entry(address, MANY));
                try (Conversation datagrams = Conversation.udp(site.client(), vip(address), port)) {
                    assertThat(datagrams.ask("x".repeat(8192))).isEqualTo(address);
                }
            }
            Proof.say(
                    "%s: %d TCP connections and UDP sockets each to %s on the load balancer",
                    mode, MANY, addresses(mode));
        }
    }

    private static String vip(String address) {
        return address.contains(":") ? Site.VIP_V6 : Site.VIP_V4;
    }
}
