package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.TcDirection;
import io.weir.model.Endpoint;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two data paths, each under a pin path of its own, on one host. */
@LabTest
class TwoDataPathsTest {

    private static final Endpoint LOCAL = Endpoint.of("127.0.0.1", 8080);
    private static final Endpoint V6 = Endpoint.of("2001:db8::2", 8080);

    private final Namespaces namespaces = new Namespaces("tw");
    private final List<Path> pins = List.of(pins("one"), pins("two"));

    @BeforeEach
    void prepare() {
        namespaces.make("lb");
        namespaces.make("other");
        namespaces.make("peer");
        namespaces.connect("lb", "front0", "peer", "eth0");
        namespaces.connect("lb", "front1", "peer", "eth1");
        namespaces.connect("other", "front0", "peer", "eth2");
    }

    @AfterEach
    void cleanUp() throws Exception {
        for (TcHook.Kind kind : TcHook.Kind.values()) {
            for (Path each : pins) {
                inside("lb", () -> Detach.everythingUnder(each, kind));
            }
        }
        namespaces.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void what_both_need_of_the_kernel_stays_until_the_last_is_taken_off(int first) throws Exception {
        String before = sysctls();
        attach(0, "front0", TcHook.Kind.LINK);
        attach(1, "front1", TcHook.Kind.LINK);
        assertThat(sysctl("net.ipv6.conf.all.forwarding")).isEqualTo("1");

        int last = 1 - first;
        List<String> done = inside("lb", () -> Detach.everythingUnder(pins.get(first)));
        assertThat(done)
                .contains("left net.ipv6.conf.all.forwarding: the data path under " + pins.get(last) + " needs it");
        assertThat(sysctl("net.ipv6.conf.all.forwarding")).isEqualTo("1");
        for (String name : List.of("ipv4.conf.%s.forwarding", "ipv4.conf.%s.route_localnet")) {
            assertThat(sysctl("net." + name.formatted("front" + first))).isEqualTo("0");
            assertThat(sysctl("net." + name.formatted("front" + last))).isEqualTo("1");
        }
        assertThat(sysctl("net.ipv6.conf.front" + last + ".forwarding")).isEqualTo("1");

        inside("lb", () -> Detach.everythingUnder(pins.get(last)));
        assertThat(sysctls()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(TcHook.Kind.class)
    void an_interface_has_one_data_path_and_the_other_is_told_which(TcHook.Kind kind) throws Exception {
        attach(0, "front0", kind);
        assertThatThrownBy(() -> attach(1, "front0", kind))
                .isInstanceOf(DataplaneException.class)
                .hasMessageContaining("interface front0 is held by the data path under " + pins.getFirst());
        assertThat(isAttached(0, kind)).isTrue();

        inside("lb", () -> Detach.everythingUnder(pins.getFirst(), kind));
        attach(1, "front0", kind);
        assertThat(isAttached(1, kind)).isTrue();
    }

    @Test
    void before_kernel_6_6_too_each_takes_off_its_own() throws Exception {
        attach(0, "front0", TcHook.Kind.FILTER);
        attach(1, "front1", TcHook.Kind.FILTER);
        assertThat(inside("lb", () -> Detach.everythingUnder(pins.getFirst(), TcHook.Kind.FILTER)))
                .contains("detached TC ingress from front0")
                .noneMatch(line -> line.matches("(detached|removed) .*front1"));
        assertThat(namespaces.in("lb", "tc filter show dev front1 ingress")).contains("weir_ingress");
        assertThat(namespaces.in("lb", "tc qdisc show dev front0")).doesNotContain("clsact");
    }

    @Test
    void one_that_is_attached_in_another_network_namespace_is_left_alone() throws Exception {
        attach(0, "front0", TcHook.Kind.LINK);
        String elsewhere = "the data path under " + pins.getFirst() + " is attached in another network namespace";
        assertThatThrownBy(() -> inside("other", () -> open(0, TcHook.Kind.LINK)))
                .isInstanceOf(DataplaneException.class)
                .hasMessageContaining(elsewhere);
        assertThatThrownBy(() -> inside("other", () -> Detach.everythingUnder(pins.getFirst())))
                .hasMessageContaining(elsewhere)
                .hasMessageContaining("nsenter --net=" + namespaces.path("lb"));
        assertThat(isAttached(0, TcHook.Kind.LINK)).isTrue();
    }

    /** An interface of the same name is there, too. */
    @Test
    void who_reads_one_from_another_network_namespace_is_told_where_it_is_attached() throws Exception {
        attach(0, "front0", TcHook.Kind.LINK);
        assertThat(inside("lb", () -> elsewhere(0))).isEmpty();
        assertThat(inside("lb", () -> hooks(0))).containsExactly("front0");
        assertThat(inside("other", () -> elsewhere(0)))
                .hasValue("is attached in another network namespace: enter that one (nsenter --net="
                        + namespaces.path("lb") + ")");
        assertThat(inside("other", () -> hooks(0))).isEmpty();
        assertThat(inside("other", () -> Whereabouts.absence(pins.getLast())))
                .startsWith("nothing is pinned under " + pins.getLast())
                .contains("this host has ", pins.getFirst().toString());
    }

    private Optional<String> elsewhere(int number) {
        try (PinnedDataplane pinned = PinnedDataplane.open(pins.get(number)).orElseThrow()) {
            return pinned.elsewhere();
        }
    }

    private Set<String> hooks(int number) {
        try (PinnedDataplane pinned = PinnedDataplane.open(pins.get(number)).orElseThrow()) {
            return pinned.read().hooks().keySet();
        }
    }

    @Test
    void one_whose_network_namespace_is_gone_is_taken_over() throws Exception {
        attach(0, "front0", TcHook.Kind.LINK);
        namespaces.remove("lb");
        namespaces.make("lb");
        // Not by the peer's old name: the kernel takes its time to let go of what a namespace held.
        namespaces.connect("lb", "front0", "peer", "again");
        String before = sysctls();
        attach(0, "front0", TcHook.Kind.LINK);
        assertThat(isAttached(0, TcHook.Kind.LINK)).isTrue();
        inside("lb", () -> Detach.everythingUnder(pins.getFirst()));
        assertThat(sysctls()).isEqualTo(before);
    }

    @Test
    void interfaces_of_one_name_in_two_namespaces_are_two() throws Exception {
        attach(0, "front0", TcHook.Kind.LINK);
        inside("other", () -> {
            try (KernelDataplane dataplane = open(1, TcHook.Kind.LINK)) {
                attach(dataplane, "front0");
            }
            return Detach.everythingUnder(pins.getLast());
        });
        assertThat(isAttached(0, TcHook.Kind.LINK)).isTrue();
        assertThat(sysctl("net.ipv6.conf.all.forwarding")).isEqualTo("1");
    }

    private void attach(int number, String name, TcHook.Kind kind) throws Exception {
        inside("lb", () -> {
            try (KernelDataplane dataplane = open(number, kind)) {
                dataplane.apply(new Write.PutTarget(1, LOCAL));
                dataplane.apply(new Write.PutTarget(2, V6));
                attach(dataplane, name);
                return number;
            }
        });
    }

    private static void attach(KernelDataplane dataplane, String name) {
        int index = Interfaces.index(name).orElseThrow();
        dataplane.apply(new Write.Attach(name, new Image.Hook(index, XdpMode.TC)));
    }

    private KernelDataplane open(int number, TcHook.Kind kind) {
        Settings settings = Settings.DEFAULT.withPinPath(pins.get(number)).withMaxConnections(1000);
        return KernelDataplane.open(
                settings, new Loaded.How(ObjectFiles.shipped(), kind, Set.of(), Takeover.Steps.UNWATCHED));
    }

    /** To {@code front0} of {@code lb}. */
    private boolean isAttached(int number, TcHook.Kind kind) throws Exception {
        return inside("lb", () -> {
            TcHook hook = new TcHook(new PinDirectory(pins.get(number)), new HostRecord(pins.get(number)), kind);
            return hook.isAttached("front0", Interfaces.index("front0").orElseThrow(), TcDirection.INGRESS);
        });
    }

    private String sysctl(String name) {
        return namespaces.in("lb", "sysctl -n " + name).strip();
    }

    private String sysctls() {
        return namespaces.in(
                "lb", "sysctl -a 2>/dev/null | grep -E '^net.ipv[46].conf.*(forwarding|route_localnet) =' | sort");
    }

    private static Path pins(String name) {
        return Path.of("/sys/fs/bpf/weirtest-tw-" + name + "-"
                + ProcessHandle.current().pid());
    }

    private <T> T inside(String role, Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path(role), work);
    }
}
