package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.Pins;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import io.weir.testing.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data path that is called by two names is one. */
@LabTest
class PinPathTest {

    private final Namespaces namespaces = new Namespaces("pp");
    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-pp-" + ProcessHandle.current().pid());
    private final Path alias = pins.resolveSibling(pins.getFileName() + "-alias");

    @BeforeEach
    void prepare() throws Exception {
        namespaces.make("lb");
        namespaces.make("peer");
        namespaces.connect("lb", "front", "peer", "eth0");
        Files.createDirectories(pins);
        Files.createSymbolicLink(alias, pins);
    }

    @AfterEach
    void cleanUp() throws Exception {
        NetworkNamespace.run(namespaces.path("lb"), () -> Detach.everythingUnder(pins));
        Files.deleteIfExists(alias);
        namespaces.close();
    }

    @Test
    void what_was_changed_under_a_symbolic_link_is_restored_by_the_real_name() throws Exception {
        Settings settings = Settings.DEFAULT.withPinPath(alias).withMaxConnections(1000);
        List<String> done = NetworkNamespace.run(namespaces.path("lb"), () -> {
            try (KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
                int index = Interfaces.index("front").orElseThrow();
                dataplane.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.TC)));
            }
            return Detach.everythingUnder(pins);
        });
        assertThat(done).contains("restored net.ipv4.conf.front.forwarding = 0");
    }

    @Test
    void a_mount_point_is_a_pin_path_and_stays_when_the_data_path_is_taken_off(@TempDir Path mount) throws Exception {
        Run.command("mount", "-t", "bpf", "bpf", mount.toString());
        try {
            Settings settings = Settings.DEFAULT.withPinPath(mount).withMaxConnections(1000);
            List<String> done = NetworkNamespace.run(namespaces.path("lb"), () -> {
                for (int process = 1; process <= 2; process++) {
                    try (KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
                        int index = Interfaces.index("front").orElseThrow();
                        dataplane.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.NATIVE)));
                        assertThat(dataplane.read().hooks()).containsOnlyKeys("front");
                    }
                }
                return Detach.everythingUnder(mount);
            });
            assertThat(done).contains("detached xdp@front", "removed " + mount.resolve("links"));
            assertThat(PinDirectory.children(mount))
                    .allMatch(kernels -> PinDirectory.name(kernels).contains("."));
            assertThat(Pins.isBpfFileSystem(mount)).isTrue();
        } finally {
            Run.command("umount", mount.toString());
        }
    }

    @Test
    void a_place_that_does_not_exist_yet_has_the_name_it_will_have() {
        assertThat(Pins.canonical(alias.resolve("later/../below"))).isEqualTo(pins.resolve("below"));
        assertThat(Pins.canonical(Path.of("/sys/fs/bpf/x/y"))).isEqualTo(Path.of("/sys/fs/bpf/x/y"));
    }
}
