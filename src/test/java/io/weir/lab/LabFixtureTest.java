package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.testing.LabTest;
import io.weir.testing.Run;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lab itself, without a load balancer: what fails here is no fault of the program's. */
@LabTest
class LabFixtureTest {

    @ParameterizedTest
    @EnumSource
    void servers_are_reached_through_the_router_in_both_shapes(Frames frames) throws Exception {
        for (Site site : new Site[] {Site.twoArm(1, frames), Site.oneArm(1, frames)}) {
            try (site) {
                for (var server : new io.weir.model.Endpoint[] {site.serverV4(1), site.serverV6(1)}) {
                    String address = server.address().toString();
                    try (Conversation tcp = Conversation.tcp(site.client(), address, server.port());
                            Conversation udp = Conversation.udp(site.client(), address, server.port())) {
                        assertThat(tcp.ask()).isEqualTo("web1");
                        assertThat(udp.ask("x".repeat(8192))).isEqualTo("web1");
                    }
                }
            }
        }
    }

    @Test
    void a_lab_leaves_nothing_behind() {
        String namespace;
        java.nio.file.Path file;
        Program program;
        try (Lab lab = new Lab()) {
            Host host = lab.host("one");
            namespace = host.namespace();
            program = host.start("sleep", "1000");
            file = lab.write("file", "text");
            assertThat(Run.command("ip", "netns", "list")).contains(namespace);
        }

        assertThat(Run.command("ip", "netns", "list")).doesNotContain(namespace);
        assertThat(program.isAlive()).isFalse();
        assertThat(file).doesNotExist();
        assertThat(Files.exists(file.getParent())).isFalse();
    }
}
