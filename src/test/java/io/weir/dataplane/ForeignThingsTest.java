package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.TcDirection;
import io.weir.libbpf.TcFilter;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others put where ours is stays when ours is taken off. */
@LabTest
class ForeignThingsTest {

    private static final Loaded.How FILTERS =
            new Loaded.How(ObjectFiles.shipped(), TcHook.Kind.FILTER, Set.of(), Takeover.Steps.UNWATCHED);

    private final Namespaces namespaces = new Namespaces("fo");
    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-fo-" + ProcessHandle.current().pid());
    private final Settings settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(1000);

    @BeforeEach
    void prepare() {
        namespaces.make("lb");
        namespaces.make("peer");
        namespaces.connect("lb", "front", "peer", "eth0");
    }

    @AfterEach
    void cleanUp() throws Exception {
        inside(() -> Detach.everythingUnder(pins, TcHook.Kind.FILTER));
        namespaces.close();
    }

    @Test
    void a_clsact_we_made_stays_when_others_have_filters_there_by_now() throws Exception {
        attachFilters();
        addForeignFilter();
        List<String> done = inside(() -> Detach.everythingUnder(pins, TcHook.Kind.FILTER));
        assertThat(done)
                .contains("detached TC ingress from front", "left clsact on front: it has filters of others")
                .doesNotContain("removed clsact from front");
        assertThat(namespaces.in("lb", "tc filter show dev front egress"))
                .contains("pref 7 ")
                .doesNotContain("pref 22373 ");
        // It is no longer ours, and a second time changes nothing.
        assertThat(inside(() -> Detach.everythingUnder(pins, TcHook.Kind.FILTER)))
                .isEmpty();
        assertThat(namespaces.in("lb", "tc qdisc show dev front")).contains("clsact");
    }

    @Test
    void pins_of_others_stay_although_they_lie_among_ours() throws Exception {
        Path links = pins.resolve("links");
        Path foreign = links.resolve("theirs");
        Path directory = links.resolve("more");
        inside(() -> {
            try (KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
                assertThat(dataplane.read().hooks()).isEmpty();
            }
            try (BpfMap map = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.SETTINGS))) {
                map.pin(foreign);
            }
            Files.createDirectory(directory);
            return Detach.everythingUnder(pins);
        });
        try {
            assertThat(foreign).exists();
            assertThat(directory).exists();
            assertThat(pins.resolve(AbiCheck.hash())).doesNotExist();
        } finally {
            Files.deleteIfExists(foreign);
            Files.deleteIfExists(directory);
        }
    }

    private void attachFilters() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (KernelDataplane dataplane = KernelDataplane.open(settings, FILTERS)) {
                dataplane.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.TC)));
            }
            return Files.exists(pins);
        });
    }

    private void addForeignFilter() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (BpfObjects foreign = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000))) {
                new TcFilter(index, TcDirection.EGRESS, 7, 1).attach(foreign.program(BpfObjects.EGRESS));
            }
            return index;
        });
    }

    private <T> T inside(Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path("lb"), work);
    }
}
