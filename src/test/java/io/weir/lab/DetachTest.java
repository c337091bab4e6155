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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code weir detach} after traffic, whatever became of the process. */
@LabTest
class DetachTest {

    @ParameterizedTest(name = "{0}, after {1}")
    @CsvSource({"TC, SIGTERM", "TC, kill -9", "NATIVE, kill -9", "GENERIC, SIGTERM"})
    void detach_leaves_no_program_map_pin_qdisc_or_sysctl(XdpMode mode, String end) throws Exception {
        try (Site site = Site.twoArm(2, mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE)) {
            site.balancer().run("sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0");
            List<String> before = Traces.of(site.balancer());
            Weir weir = new Weir(site.balancer(), "weir");
            Program node = weir.run(withLocalTarget(site.desired(Settings.DEFAULT.withXdpMode(mode), 50, 50)));
            List<Conversation> open = Crowd.open(40, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT));
            for (Conversation conversation : open) {
                conversation.ask();
            }
            List<String> during = Traces.of(site.balancer());
            Traces.Numbers numbers = Traces.under(weir.pins());
            assertThat(numbers.maps()).hasSizeGreaterThan(10);
            assertThat(numbers.programs()).isNotEmpty();
            assertThat(during).isNotEqualTo(before);

            if (end.equals("kill -9")) {
                node.kill();
            } else {
                node.stop();
            }
            open.getFirst().ask();
            List<String> said = weir.detach();

            assertThat(weir.pins()).doesNotExist();
            assertThat(Traces.of(site.balancer())).containsExactlyElementsOf(before);
            Await.until(
                    "nothing is left of " + numbers, () -> numbers.remaining().isEmpty());
            Proof.say(
                    "%s, after %s: detach took off %d maps, %d programs and %d links, and restored %d lines of settings",
                    mode,
                    end,
                    numbers.maps().size(),
                    numbers.programs().size(),
                    numbers.links().size(),
                    during.stream().filter(line -> !before.contains(line)).count());
            assertThat(said).isNotEmpty();
            assertThat(weir.detach()).containsExactly("nothing is attached under " + weir.pins());
            open.forEach(Conversation::close);
        }
    }

    @Test
    void detach_is_refused_for_the_vips_of_vrrp_while_weir_runs_and_after_until_they_are_gone() throws Exception {
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Path fifo = site.balancer().lab().file("vrrp");
            Desired desired = site.desired(Settings.DEFAULT.withXdpMode(XdpMode.TC), 100);
            String settings = weir.text(desired).replace(":xdp-mode", ":vrrp-notify-fifo \"" + fifo + "\" :xdp-mode");
            try (Program node = weir.begin(settings)) {
                node.await(line -> line.contains(" ready: "));
                Await.until("the node listens to keepalived", () -> Files.exists(fifo));
                Files.writeString(fifo, "INSTANCE \"clients\" MASTER 100\n", StandardOpenOption.WRITE);
                node.await(line -> line.contains("clients"));
                assertThatDetachIsRefusedForTheVips(weir);
                node.stop();
            }
            assertThatDetachIsRefusedForTheVips(weir);
            try (Conversation served = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)) {
                served.ask();
            }

            site.balancer().run("ip addr del " + Site.VIP_V4 + "/32 dev front");
            site.balancer().run("ip addr del " + Site.VIP_V6 + "/128 dev front");
            assertThat(weir.detach()).isNotEmpty();
            assertThat(weir.pins()).doesNotExist();
        }
    }

    private static void assertThatDetachIsRefusedForTheVips(Weir weir) throws Exception {
        Program.End refused = weir.start(
                        List.of(), "detach", "--pin-path", weir.pins().toString())
                .end();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .startsWith("weir: this host has VIPs by VRRP (" + Site.VIP_V4 + " on front, " + Site.VIP_V6
                        + " on front), and their connections would end")
                .contains("stop keepalived", "--force");
    }

    /** For its sysctl. */
    private static Desired withLocalTarget(Desired desired) {
        List<Proxy> proxies = new ArrayList<>(desired.proxies());
        proxies.add(Site.proxy(
                "local",
                Site.listen(Optional.of(Site.VIP_V4), 82),
                new Group(List.of(Target.of(Endpoint.of("127.0.0.1", 82))))));
        return new Desired(proxies, desired.settings());
    }
}
