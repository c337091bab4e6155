package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.config.ConfigText;
import io.weir.lab.Site.Frames;
import io.weir.model.Desired;
import io.weir.model.Listen;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.Clang;
import io.weir.testing.LabTest;
import io.weir.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in the way of {@code weir run}: one clear line, the right exit code, and nothing done by halves. */
@LabTest
class BadInputTest {

    private Site site;
    private Weir weir;
    private List<String> before;

    @BeforeEach
    void build() {
        site = Site.twoArm(1, Frames.WHOLE);
        weir = new Weir(site.balancer(), "weir");
        before = Traces.of(site.balancer());
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void without_privilege_it_says_which_one_is_missing() {
        Path config = write(site.desired(Settings.DEFAULT.withPinPath(weir.pins()), 100));
        Program.End end = weir.start(
                        List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all"), "run", "-c", config.toString())
                .end();

        refused(end, 4, "CAP_NET_ADMIN");
        nothingIsLeft();
    }

    @Test
    void a_missing_interface_is_named() {
        Proxy proxy = site.desired(Settings.DEFAULT, 100).proxies().getFirst();
        Listen listen = new Listen(
                List.of("eth77"),
                Site.PORT,
                proxy.listen().address(),
                proxy.listen().protocols());
        Desired desired = new Desired(List.of(Site.proxy("web", listen, proxy.defaultGroup())), Settings.DEFAULT);

        refused(weir.begin(desired).end(), 1, "eth77");
        nothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "GENERIC", "AUTO"})
    void another_xdp_program_is_named_and_left_alone(XdpMode mode) throws IOException {
        Path program = site.lab().file("other.o");
        Files.write(program, Clang.object("""
                #include <linux/bpf.h>
                #include <bpf/bpf_helpers.h>
                SEC("xdp") int somebody_else(struct xdp_md *context) { return XDP_PASS; }
                """));
        String how = mode == XdpMode.GENERIC ? "xdpgeneric" : "xdpdrv";
        site.balancer().run("ip link set front " + how + " obj " + program + " sec xdp");
        before = Traces.of(site.balancer());

        Program node = weir.begin(site.desired(Settings.DEFAULT.withXdpMode(mode), 100));

        if (mode == XdpMode.AUTO) { // TC, on a veth, stands beside it
            node.await(line -> line.contains(" ready: "));
            assertThat(weir.attachedAs("front")).isEqualTo("tc");
            node.stop();
            weir.detach();
        } else {
            refused(node.end(), 1, "front already has an XDP program", "which is not ours");
        }
        nothingIsLeft();
        assertThat(site.balancer().run("bpftool net show"))
                .contains("front")
                .contains(mode == XdpMode.GENERIC ? "generic" : "driver");
    }

    @Test
    void a_pin_path_outside_of_a_bpf_file_system_is_refused() {
        Path elsewhere = site.lab().file("pins");
        Path config = write(site.desired(Settings.DEFAULT.withPinPath(elsewhere), 100));

        refused(weir.start(List.of(), "run", "-c", config.toString()).end(), 1, elsewhere.toString());
        assertThat(elsewhere).doesNotExist();
        nothingIsLeft();
    }

    @Test
    void foreign_pins_are_named_and_left_alone() throws IOException {
        Files.createDirectories(weir.pins());
        Path foreign = weir.pins().resolve("somebodys");
        Run.command(
                "bpftool",
                "map",
                "create",
                foreign.toString(),
                "type",
                "array",
                "key",
                "4",
                "value",
                "4",
                "entries",
                "1",
                "name",
                "somebodys");

        refused(weir.begin(site.desired(Settings.DEFAULT, 100)).end(), 1, "somebodys");

        assertThat(foreign).exists();
        assertThat(Traces.of(site.balancer())).containsExactlyElementsOf(before);
        try (var left = Files.list(weir.pins())) {
            assertThat(left).containsExactly(foreign);
        }
    }

    @Test
    void a_port_that_is_used_twice_is_refused_with_both_places() {
        Proxy proxy = site.desired(Settings.DEFAULT, 100).proxies().getFirst();
        Desired desired = new Desired(
                List.of(proxy, Site.proxy("again", proxy.listen(), proxy.defaultGroup())),
                Settings.DEFAULT.withPinPath(weir.pins()));

        refused(weir.begin(ConfigText.of(desired)).end(), 2, "proxies[0].listen", "proxies[1].listen", "twice");
        nothingIsLeft();
    }

    @Test
    void a_second_node_on_the_same_pins_is_refused_and_the_first_goes_on() {
        weir.run(site.desired(Settings.DEFAULT, 100));

        refused(
                weir.begin(site.desired(Settings.DEFAULT, 100)).end(),
                1,
                weir.pins().toString());

        assertThat(Crowd.ask(20, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)))
                .containsEntry("web1", 20);
    }

    private Path write(Desired desired) {
        return site.lab().write("config.edn", ConfigText.of(desired));
    }

    /** One line that names the things, and no stack trace. */
    private static void refused(Program.End end, int status, String... names) {
        List<String> complaints =
                end.errors().stream().filter(line -> line.startsWith("weir: ")).toList();
        assertThat(complaints).as(end.toString()).hasSize(1);
        assertThat(complaints.getFirst()).contains(names);
        assertThat(end.errors()).noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
        assertThat(end.status()).as(end.toString()).isEqualTo(status);
        Proof.say("refused with %d: %s", end.status(), complaints.getFirst());
    }

    private void nothingIsLeft() {
        assertThat(weir.pins()).doesNotExist();
        assertThat(Traces.of(site.balancer())).containsExactlyElementsOf(before);
    }
}
