package io.weir.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.testing.Clang;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LabTest
class AttachTest {

    private static final byte[] ELF = Clang.object(LibbpfTest.source());

    private final Namespaces namespaces = new Namespaces("link");
    private BpfObject object = BpfObject.open("fixture", ELF);

    @BeforeEach
    void prepare() {
        object.load();
        namespaces.make("a");
        namespaces.make("b");
        namespaces.connect("a", "left", "b", "right");
    }

    @AfterEach
    void cleanUp() {
        object.close();
        namespaces.close();
    }

    @Test
    void an_xdp_link_outlives_its_descriptor_by_its_pin_and_its_program_is_exchanged() throws Exception {
        Path pin =
                Path.of("/sys/fs/bpf/weirtest-link-" + ProcessHandle.current().pid());
        try (BpfProgram first = object.program("first").loaded();
                BpfProgram second = object.program("second").loaded()) {
            inside(() -> {
                int index = Interfaces.index("left").orElseThrow();
                try (BpfLink link = BpfLink.xdp(second, index, Xdp.Mode.NATIVE)) {
                    link.pin(pin);
                }
                assertThat(Xdp.query(index))
                        .contains(new Xdp.Attached(second.info().id(), Xdp.Mode.NATIVE));
                try (BpfLink adopted = BpfLink.open(pin);
                        BpfObject again = BpfObject.open("again", ELF)) {
                    again.load();
                    try (BpfProgram next = again.program("second").loaded()) {
                        adopted.update(next);
                        assertThat(adopted.info())
                                .isEqualTo(new LinkInfo(
                                        LinkInfo.XDP,
                                        adopted.info().id(),
                                        next.info().id(),
                                        index,
                                        0));
                    }
                    assertThatThrownBy(() -> BpfLink.xdp(first, index, Xdp.Mode.NATIVE))
                            .hasMessageContaining("EBUSY");
                    adopted.detach();
                    assertThat(Xdp.query(index)).isEmpty();
                }
                return null;
            });
        } finally {
            Files.deleteIfExists(pin);
        }
    }

    @Test
    void generic_mode_is_told_from_native() throws Exception {
        try (BpfProgram second = object.program("second").loaded()) {
            inside(() -> {
                int index = Interfaces.index("left").orElseThrow();
                try (BpfLink link = BpfLink.xdp(second, index, Xdp.Mode.GENERIC)) {
                    assertThat(Xdp.query(index).map(Xdp.Attached::mode)).contains(Xdp.Mode.GENERIC);
                    assertThat(link.info().interfaceIndex()).isEqualTo(index);
                }
                assertThat(Xdp.query(index)).isEmpty();
                return null;
            });
        }
    }

    @Test
    void tcx_attaches_to_both_sides() throws Exception {
        assumeTrue(kernelIsAtLeast(6, 6), "lacks TCX, which kernels have from 6.6 on");
        try (BpfProgram marked = object.program("marked").loaded()) {
            inside(() -> {
                int index = Interfaces.index("left").orElseThrow();
                try (BpfLink in = BpfLink.tcx(marked, index, TcDirection.INGRESS);
                        BpfLink out = BpfLink.tcx(marked, index, TcDirection.EGRESS)) {
                    assertThat(in.info().attachType()).isEqualTo(46);
                    assertThat(out.info().attachType()).isEqualTo(47);
                    assertThat(out.info().type()).isEqualTo(LinkInfo.TCX);
                }
                return null;
            });
        }
    }

    @Test
    void a_filter_on_clsact_is_found_replaced_and_removed() throws Exception {
        try (BpfProgram marked = object.program("marked").loaded()) {
            inside(() -> {
                int index = Interfaces.index("left").orElseThrow();
                TcFilter filter = new TcFilter(index, TcDirection.EGRESS, 77, 1);
                assertThat(filter.query()).isEmpty();
                assertThat(TcFilter.createClsact(index)).isTrue();
                assertThat(TcFilter.createClsact(index)).isFalse();
                assertThat(filter.query()).isEmpty();
                filter.attach(marked);
                filter.attach(marked);
                assertThat(filter.query()).hasValue(marked.info().id());
                filter.detach();
                filter.detach();
                assertThat(filter.query()).isEmpty();
                TcFilter.destroyClsact(index);
                assertThat(TcFilter.createClsact(index)).isTrue();
                return null;
            });
        }
    }

    @Test
    void a_test_run_knows_the_interface_a_packet_came_from() throws Exception {
        try (BpfProgram first = object.program("first").loaded()) {
            inside(() -> {
                int index = Interfaces.index("left").orElseThrow();
                assertThat(first.run(TestRun.xdp(new byte[64], index)).packet()).startsWith(index);
                return null;
            });
        }
    }

    @Test
    void interfaces_are_those_of_the_namespace() throws Exception {
        inside(() -> {
            assertThat(Interfaces.all()).containsOnlyKeys("lo", "left");
            assertThat(Interfaces.name(Interfaces.index("left").orElseThrow())).contains("left");
            assertThat(Interfaces.index("right")).isEmpty();
            assertThat(Interfaces.name(4711)).isEmpty();
            assertThat(Interfaces.driver("left")).contains("veth");
            assertThat(Interfaces.driver("lo")).isEqualTo(Optional.empty());
            assertThat(Interfaces.hardwareType("left")).hasValue(Interfaces.ARPHRD_ETHER);
            assertThat(Interfaces.hardwareType("lo")).hasValue(Interfaces.ARPHRD_LOOPBACK);
            return null;
        });
    }

    @Test
    void a_new_route_is_told_and_closing_ends_the_waiting() throws Exception {
        NetworkChanges changes = inside(NetworkChanges::new);
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(changes::await);
        namespaces.in("a", "ip address add 10.9.8.1/24 dev left");
        assertThat(told.get(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
            while (changes.await()) {
                // what the address brought with it
            }
            changes.release();
        });
        changes.close();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void a_waiter_that_lets_go_before_it_is_woken_is_not_in_the_way_of_closing() throws Exception {
        NetworkChanges changes = inside(NetworkChanges::new);
        changes.release();
        changes.close();
        assertThat(changes.await()).isFalse();
    }

    private <T> T inside(Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path("a"), work);
    }

    private static boolean kernelIsAtLeast(int major, int minor) {
        ModuleDescriptor.Version running = ModuleDescriptor.Version.parse(System.getProperty("os.version"));
        return running.compareTo(ModuleDescriptor.Version.parse(major + "." + minor)) >= 0;
    }
}
