package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.Xdp;
import io.weir.model.Cidr;
import io.weir.model.ControlPlane;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LabTest
class KernelDataplaneTest {

    private static final Image.Parameters PARAMETERS = new Image.Parameters(
            Settings.Timeouts.DEFAULT,
            true,
            false,
            77,
            new ControlPlane.RateLimits(
                    Optional.of(new ControlPlane.Rate(3, 4)), Optional.of(new ControlPlane.Rate(5, 100_000_000))));

    private static final Endpoint V4 = Endpoint.of("10.0.2.2", 8080);
    private static final Endpoint V6 = Endpoint.of("2001:db8::2", 8080);
    private static final Image.Slice SLICE = new Image.Slice(100, 3);

    private static final Loaded.How FILTERS =
            new Loaded.How(ObjectFiles.shipped(), TcHook.Kind.FILTER, Set.of(), Takeover.Steps.UNWATCHED);

    private final Namespaces namespaces = new Namespaces("dp");
    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-dp-" + ProcessHandle.current().pid());
    private final Settings settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(1000);

    @BeforeEach
    void prepare() {
        namespaces.make("lb");
        namespaces.make("peer");
        namespaces.connect("lb", "front", "peer", "eth0");
    }

    @AfterEach
    void cleanUp() throws Exception {
        inside(() -> Detach.everythingUnder(pins));
        namespaces.close();
    }

    @Test
    void what_is_written_is_read_back_by_the_next_process() throws Exception {
        Image written = inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
                return dataplane.read();
            }
        });
        assertThat(written.targets()).containsOnly(Map.entry(1, V4), Map.entry(2, V6));
        assertThat(written.slots()).containsOnly(Map.entry(SLICE, Image.Slots.of(1, 1, 2)));
        assertThat(written.groups()).containsOnly(Map.entry(new Image.GroupKey(3, IpAddress.Family.V6), SLICE));
        assertThat(written.services()).hasSize(2);
        assertThat(written.routes())
                .containsOnly(
                        Map.entry(new Image.RouteKey(4, Cidr.parse("10.1.0.0/16")), new Image.Route(3, true)),
                        Map.entry(new Image.RouteKey(4, Cidr.parse("2001:db8:1::/48")), new Image.Route(3, false)));
        assertThat(written.ports()).containsOnly(Map.entry(80, 3), Map.entry(8080, 4), Map.entry(65535, 8));
        assertThat(written.parameters()).isEqualTo(PARAMETERS);
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                assertThat(dataplane.read()).isEqualTo(written);
                return null;
            }
        });
    }

    @Test
    void what_is_removed_is_gone() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                Image empty = dataplane.read();
                write(dataplane);
                Image full = dataplane.read();
                full.services().keySet().forEach(key -> dataplane.apply(new Write.RemoveService(key)));
                full.routes().keySet().forEach(key -> dataplane.apply(new Write.RemoveRoute(key)));
                full.ports().keySet().forEach(port -> dataplane.apply(new Write.PutPort(port, 0)));
                full.groups().keySet().forEach(key -> dataplane.apply(new Write.PutGroup(key, Image.Slice.EMPTY)));
                full.targets().forEach((index, target) -> dataplane.apply(new Write.RemoveTarget(index, target)));
                dataplane.apply(new Write.PutParameters(empty.parameters()));
                assertThat(dataplane.read()).isEqualTo(empty);
                return null;
            }
        });
    }

    @Test
    void counts_of_proxies_and_targets_that_have_gone_are_forgotten_before_an_index_is_given_anew() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
                count(4, 1);
                count(4, 2);
                count(5, 1);
                dataplane.apply(new Write.RemoveTarget(2, V6));
                dataplane.apply(new Write.PutTarget(2, Endpoint.of("10.0.2.9", 8080)));
                assertThat(dataplane.counters().connections())
                        .containsOnly(Map.entry(new Counters.ProxyTarget(4, 1), new Counters.Connections(1, 0)));
                return null;
            }
        });
    }

    @Test
    void counts_are_also_forgotten_when_much_has_gone_and_nothing_is_new() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
                count(5, 1);
                for (int gone = 0; gone < 256; gone++) {
                    dataplane.apply(new Write.RemoveTarget(7, Endpoint.of("10.0.2.9", 8080)));
                }
                assertThat(dataplane.counters().connections()).isEmpty();
                return null;
            }
        });
    }

    /** One connection of a proxy to a target, counted by the first CPU. */
    private void count(int proxy, int target) {
        try (BpfMap connections = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.CONNECTIONS));
                Arena arena = Arena.ofConfined()) {
            MemorySegment key = TargetAbi.ConnectionKey.LAYOUT.allocate(arena);
            TargetAbi.ConnectionKey.PROXY.set(key, proxy);
            TargetAbi.ConnectionKey.TARGET.set(key, target);
            MemorySegment value = arena.allocate(connections.valueSize(), 8);
            TargetAbi.ConnectionCounts.OPENED.set(value, 1);
            connections.update(key, value);
        }
    }

    @Test
    void auto_chooses_tc_for_a_veth_and_every_mode_can_follow_every_other() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (KernelDataplane dataplane = open(settings)) {
                for (XdpMode mode : new XdpMode[] {
                    XdpMode.AUTO,
                    XdpMode.NATIVE,
                    XdpMode.GENERIC,
                    XdpMode.TC,
                    XdpMode.GENERIC,
                    XdpMode.NATIVE,
                    XdpMode.AUTO
                }) {
                    dataplane.apply(new Write.Attach("front", new Image.Hook(index, mode)));
                    XdpMode expected = mode == XdpMode.AUTO ? XdpMode.TC : mode;
                    assertThat(dataplane.read().hooks()).isEqualTo(Map.of("front", new Image.Hook(index, expected)));
                    assertThat(dataplane.attachments().get("front").mode()).isEqualTo(expected);
                }
                assertThat(dataplane.attachments().get("front").why()).contains("veth");
                dataplane.apply(new Write.Detach("front"));
                assertThat(dataplane.read().hooks()).isEmpty();
                return null;
            }
        });
    }

    @Test
    void a_mode_that_the_driver_refuses_leaves_the_former_one_attached() throws Exception {
        namespaces.in("lb", "ip link add tunnel type vxlan id 7 dstport 4789");
        inside(() -> {
            int index = Interfaces.index("tunnel").orElseThrow();
            Image.Hook generic = new Image.Hook(index, XdpMode.GENERIC);
            try (KernelDataplane dataplane = open(settings)) {
                dataplane.apply(new Write.Attach("tunnel", generic));
                assertThatThrownBy(() ->
                                dataplane.apply(new Write.Attach("tunnel", new Image.Hook(index, XdpMode.NATIVE))))
                        .isInstanceOf(DataplaneException.class);
                assertThat(dataplane.read().hooks()).containsOnly(Map.entry("tunnel", generic));
                assertThat(dataplane.attachments().get("tunnel").mode()).isEqualTo(XdpMode.GENERIC);
                assertThat(new PinDirectory(pins).links().keySet())
                        .containsExactlyInAnyOrder(
                                new LinkName(LinkName.Hook.XDP, "tunnel"),
                                new LinkName(LinkName.Hook.EGRESS, "tunnel"));
            }
            return null;
        });
    }

    @Test
    void the_next_process_puts_its_programs_under_the_same_hooks() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (KernelDataplane first = open(settings)) {
                first.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.NATIVE)));
            }
            int program = Xdp.query(index).orElseThrow().programId();
            try (KernelDataplane second = open(settings)) {
                assertThat(Xdp.query(index).orElseThrow().programId()).isNotEqualTo(program);
                assertThat(second.read().hooks()).containsOnlyKeys("front");
            }
            return null;
        });
    }

    @Test
    void detaching_leaves_nothing_behind_and_restores_what_was_changed() throws Exception {
        String before = sysctls();
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
                dataplane.apply(new Write.PutTarget(5, Endpoint.of("127.0.0.1", 80)));
                dataplane.apply(new Write.Attach(
                        "front", new Image.Hook(Interfaces.index("front").orElseThrow(), XdpMode.NATIVE)));
                assertThat(sysctls()).isNotEqualTo(before);
                assertThat(dataplane.hostChanges())
                        .anyMatch(line -> line.contains("net.ipv4.conf.front.forwarding = 1"));
            }
            assertThat(Detach.everythingUnder(pins))
                    .contains("detached xdp@front", "detached tc-egress@front")
                    .anyMatch(line -> line.contains("restored net.ipv6.conf.all.forwarding = 0"));
            assertThat(Xdp.query(Interfaces.index("front").orElseThrow())).isEmpty();
            assertThat(Detach.everythingUnder(pins)).isEmpty();
            return null;
        });
        assertThat(sysctls()).isEqualTo(before);
        assertThat(pins).doesNotExist();
        assertThat(namespaces.in("lb", "tc qdisc show dev front; bpftool net show dev front | grep -c weir || true"))
                .doesNotContain("clsact")
                .endsWith("0\n");
    }

    @Test
    void a_foreign_xdp_program_is_named_and_left_alone() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (BpfObjects foreign = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000));
                    BpfLink link = BpfLink.xdp(foreign.program(BpfObjects.XDP), index, Xdp.Mode.NATIVE);
                    KernelDataplane dataplane = open(settings)) {
                int program = link.info().programId();
                assertThatThrownBy(
                                () -> dataplane.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.NATIVE))))
                        .isInstanceOf(DataplaneException.class)
                        .hasMessageContaining("already has an XDP program, number " + program);
                assertThat(Xdp.query(index).orElseThrow().programId()).isEqualTo(program);
                return null;
            }
        });
    }

    @Test
    void missing_interfaces_and_those_without_ethernet_are_refused_in_words() throws Exception {
        namespaces.in("lb", "ip tuntap add dev tun0 mode tun; ip link set tun0 up");
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                assertThatThrownBy(() -> dataplane.apply(new Write.Attach("nix", new Image.Hook(7, XdpMode.AUTO))))
                        .isInstanceOf(DataplaneException.class)
                        .hasMessageContaining("there is no interface nix");
                int tun = Interfaces.index("tun0").orElseThrow();
                assertThatThrownBy(() -> dataplane.apply(new Write.Attach("tun0", new Image.Hook(tun, XdpMode.AUTO))))
                        .hasMessageContaining("tun0 carries no Ethernet frames");
                return null;
            }
        });
    }

    @Test
    void pin_paths_that_are_no_bpffs_or_hold_other_things_are_refused() throws Exception {
        assertThatThrownBy(() -> open(settings.withPinPath(Path.of("/tmp/weir-pins"))))
                .isInstanceOf(DataplaneException.class)
                .hasMessageContaining("does not lie in a BPF file system");
        Files.createDirectories(pins.resolve("somebody"));
        try {
            assertThatThrownBy(() -> open(settings))
                    .isInstanceOf(DataplaneException.class)
                    .hasMessageContaining("holds 'somebody', which is not ours");
            Detach.everythingUnder(pins);
            assertThat(pins.resolve("somebody")).exists();
        } finally {
            Files.delete(pins.resolve("somebody"));
        }
    }

    @Test
    void an_interface_that_vanishes_and_returns_can_be_attached_again() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                attach(dataplane);
                namespaces.in("lb", "ip link delete front");
                assertThat(dataplane.read().hooks()).isEmpty();
                dataplane.apply(new Write.Detach("front"));
                namespaces.connect("lb", "front", "peer", "eth0");
                attach(dataplane);
                assertThat(dataplane.read().hooks()).containsOnlyKeys("front");
                return null;
            }
        });
    }

    @Test
    void other_sizes_take_the_flows_along() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
            }
            try (Arena arena = Arena.ofConfined();
                    BpfMap flows = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.FLOWS4))) {
                addFlow(flows, arena, 40000);
                addFlow(flows, arena, 40001);
            }
            Settings larger = settings.withMaxConnections(50_000);
            try (KernelDataplane dataplane = open(larger)) {
                assertThat(dataplane.flows(100))
                        .extracting(Flow::client)
                        .map(Flow.Peer::toString)
                        .containsExactlyInAnyOrder("192.0.2.1:40000", "192.0.2.1:40001");
                assertThat(dataplane.read().targets()).hasSize(2);
                assertThat(dataplane.read().parameters().seed()).isEqualTo(77);
            }
            try (BpfMap flows = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.FLOWS4));
                    BpfMap queue = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.QUEUE))) {
                assertThat(flows.info().maxEntries()).isEqualTo(100_000);
                assertThat(queue.info().maxEntries()).isEqualTo(51_024);
            }
            return null;
        });
    }

    @Test
    void maps_of_another_abi_are_copied_and_dropped() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                write(dataplane);
                dataplane.apply(
                        new Write.PutParameters(new Image.Parameters(Settings.Timeouts.DEFAULT, false, false, 5)));
            }
            try (Arena arena = Arena.ofConfined();
                    BpfMap flows = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.FLOWS4))) {
                addFlow(flows, arena, 40002);
            }
            try (BpfMap verdicts = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.VERDICTS));
                    Arena arena = Arena.ofConfined()) {
                MemorySegment counts = arena.allocate(verdicts.valueSize(), 8).fill((byte) 1);
                verdicts.update(arena.allocateFrom(ValueLayout.JAVA_INT, Reason.NO_TARGET.ordinal()), counts);
            }
            Path other = pins.resolve("0123456789ab");
            Files.move(pins.resolve(AbiCheck.hash()), other);
            try (KernelDataplane dataplane = open(settings)) {
                assertThat(dataplane.flows(100)).hasSize(1);
                assertThat(dataplane.read().targets()).hasSize(2);
                assertThat(dataplane.read().services()).hasSize(2);
                assertThat(dataplane.counters().expiry().flows()).isEqualTo(1);
                assertThat(dataplane.counters().active(1)).isEqualTo(1);
                assertThat(dataplane.counters().verdicts()).isEmpty();
                assertThat(other).doesNotExist();
            }
            return null;
        });
    }

    @Test
    void after_a_network_change_next_hops_are_looked_up_anew() throws Exception {
        inside(() -> {
            try (KernelDataplane dataplane = open(settings)) {
                long before = generation();
                dataplane.networkChanged();
                assertThat(generation()).isEqualTo(before + 1);
                return null;
            }
        });
    }

    @Test
    void before_kernel_6_6_filters_on_clsact_do_the_same() throws Exception {
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            for (XdpMode mode : new XdpMode[] {XdpMode.TC, XdpMode.TC, XdpMode.NATIVE, XdpMode.TC}) {
                try (KernelDataplane dataplane = KernelDataplane.open(settings, FILTERS)) {
                    dataplane.apply(new Write.Attach("front", new Image.Hook(index, mode)));
                    assertThat(dataplane.read().hooks()).containsOnly(Map.entry("front", new Image.Hook(index, mode)));
                }
            }
            assertThat(namespaces.in("lb", "tc filter show dev front ingress; tc filter show dev front egress"))
                    .contains("weir_ingress", "weir_egress");
            assertThat(Detach.everythingUnder(pins, TcHook.Kind.FILTER)).contains("removed clsact from front");
            assertThat(namespaces.in("lb", "tc qdisc show dev front")).doesNotContain("clsact");
            return null;
        });
    }

    @Test
    void a_clsact_that_was_there_before_stays() throws Exception {
        namespaces.in("lb", "tc qdisc add dev front clsact");
        inside(() -> {
            int index = Interfaces.index("front").orElseThrow();
            try (KernelDataplane dataplane = KernelDataplane.open(settings, FILTERS)) {
                dataplane.apply(new Write.Attach("front", new Image.Hook(index, XdpMode.TC)));
            }
            assertThat(Detach.everythingUnder(pins, TcHook.Kind.FILTER)).isNotEmpty();
            return null;
        });
        assertThat(namespaces.in("lb", "tc qdisc show dev front; tc filter show dev front ingress"))
                .contains("clsact")
                .doesNotContain("weir");
    }

    private long generation() {
        try (BpfMap settingsMap = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.SETTINGS));
                Arena arena = Arena.ofConfined()) {
            MemorySegment value = NodeAbi.Settings.LAYOUT.allocate(arena);
            settingsMap.lookup(arena.allocate(4), value);
            return NodeAbi.Settings.GENERATION.get(value);
        }
    }

    private void addFlow(BpfMap flows, Arena arena, int port) {
        MemorySegment key = FlowAbi.FlowKey4.LAYOUT.allocate(arena);
        FlowAbi.FlowKey4.SOURCE.set(key, IpAddress.parse("192.0.2.1").low());
        FlowAbi.FlowKey4.DESTINATION.set(key, IpAddress.parse("10.0.1.1").low());
        FlowAbi.FlowKey4.SOURCE_PORT.set(key, port);
        FlowAbi.FlowKey4.DESTINATION_PORT.set(key, 80);
        FlowAbi.FlowKey4.PROTOCOL.set(key, Protocol.TCP.number());
        MemorySegment value = FlowAbi.Flow.LAYOUT.allocate(arena);
        Addresses.write(value, FlowAbi.Flow.ADDRESS, V4.address());
        FlowAbi.Flow.PORT.set(value, V4.port());
        FlowAbi.Flow.STATE.set(value, FlowState.ESTABLISHED.ordinal());
        FlowAbi.Flow.TARGET.set(value, 1);
        try (BpfMap expiry = BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(MapShape.EXPIRY))) {
            FlowAbi.Flow.SEEN.set(value, Counters.jiffies(expiry));
            FlowAbi.Flow.CREATED.set(value, Counters.jiffies(expiry));
        }
        flows.update(key, value);
    }

    private static void attach(KernelDataplane dataplane) {
        dataplane.apply(new Write.Attach(
                "front", new Image.Hook(Interfaces.index("front").orElseThrow(), XdpMode.NATIVE)));
    }

    private static void write(KernelDataplane dataplane) {
        dataplane.apply(new Write.PutParameters(PARAMETERS));
        dataplane.apply(new Write.PutTarget(1, V4));
        dataplane.apply(new Write.PutTarget(2, V6));
        dataplane.apply(new Write.PutSlots(SLICE, Image.Slots.of(1, 1, 2)));
        dataplane.apply(new Write.PutGroup(new Image.GroupKey(3, IpAddress.Family.V6), SLICE));
        dataplane.apply(new Write.PutPort(80, 3));
        dataplane.apply(new Write.PutPort(8080, 4));
        dataplane.apply(new Write.PutPort(65535, 8));
        dataplane.apply(new Write.PutRoute(new Image.RouteKey(4, Cidr.parse("10.1.0.0/16")), new Image.Route(3, true)));
        dataplane.apply(
                new Write.PutRoute(new Image.RouteKey(4, Cidr.parse("2001:db8:1::/48")), new Image.Route(3, false)));
        Image.Service service = new Image.Service(4, 3, Set.of(Image.ServiceFlag.ROUTES, Image.ServiceFlag.PICK_UP));
        dataplane.apply(new Write.PutService(
                new Image.ServiceKey(Optional.of(IpAddress.parse("2001:db8::1")), 0, 80, Protocol.TCP), service));
        dataplane.apply(new Write.PutService(new Image.ServiceKey(Optional.empty(), 2, 80, Protocol.UDP), service));
    }

    private String sysctls() {
        return namespaces.in(
                "lb",
                "for f in /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv4/conf/*/route_localnet"
                        + " /proc/sys/net/ipv6/conf/*/forwarding; do echo $f $(cat $f); done");
    }

    private static KernelDataplane open(Settings settings) {
        return KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of());
    }

    private <T> T inside(Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path("lb"), work);
    }
}
