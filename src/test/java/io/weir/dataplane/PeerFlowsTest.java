package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Write;
import io.weir.flow.FlowRecord;
import io.weir.flow.OwnFlows;
import io.weir.lab.Await;
import io.weir.libbpf.BpfMap;
import io.weir.model.Cluster;
import io.weir.model.ControlPlane;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.testing.KernelTest;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The flows of this node and those of peers, as a node opens them. */
@KernelTest
class PeerFlowsTest {

    private static final NodeId PEER = new NodeId("peer");
    private static final Map<Integer, String> PROXIES = Map.of(3, "web");

    /** More than one slice of a walk. */
    private static final int FLOWS = 10_000;

    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-pf-" + ProcessHandle.current().pid());

    @AfterEach
    void cleanUp() {
        Detach.everythingUnder(pins);
    }

    @Test
    void what_a_dead_peer_leaves_is_walked_over_as_this_nodes_own_flows() {
        try (KernelDataplane dataplane = open(FLOWS);
                ShadowTable shadows = dataplane.shadows(() -> PROXIES)) {
            List<FlowRecord> told = new ArrayList<>();
            for (int flow = 0; flow < FLOWS; flow++) {
                told.add(flow(flow));
            }
            assertThat(shadows.put(PEER, told).stored()).isEqualTo(FLOWS);
            assertThat(shadows.claim(PEER, flow -> true)).isEqualTo(FLOWS);
            OwnFlows own = dataplane.ownFlows(() -> PROXIES);
            List<FlowRecord> found = new ArrayList<>();
            try (OwnFlows.Walk walk = own.walk()) {
                int slices = 1;
                while (walk.next(found::add)) {
                    slices++;
                }
                assertThat(slices).isGreaterThan(2);
                assertThat(walk.next(found::add)).isFalse();
            }
            assertThat(found).hasSize(FLOWS);
            assertThat(ageless(found)).isEqualTo(ageless(told));
            assertThat(found).allSatisfy(flow -> {
                assertThat(flow.age()).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
                assertThat(flow.idle()).isLessThan(Duration.ofMinutes(1));
            });
            assertThat(dataplane.flowsOn(1)).isEqualTo(FLOWS / 2);
            assertThat(ageless(own.find(flow(7)).stream().toList())).isEqualTo(ageless(List.of(flow(7))));
            assertThat(own.find(flow(FLOWS))).isEmpty();
        }
    }

    @Test
    void a_walk_that_is_broken_off_gives_its_memory_back() {
        try (KernelDataplane dataplane = open(FLOWS);
                OwnFlows.Walk walk = dataplane.ownFlows(() -> PROXIES).walk()) {
            assertThat(walk.next(flow -> {})).isTrue();
        }
    }

    @Test
    void the_next_process_finds_its_table_again_and_what_the_one_before_was_told_by_whom() {
        NodeId another = new NodeId("x".repeat(64));
        long table;
        try (KernelDataplane before = open(100);
                ShadowTable shadows = before.shadows(() -> PROXIES)) {
            shadows.noteTable(PEER, -4711);
            shadows.put(PEER, List.of(flow(0), flow(1)));
            shadows.put(another, List.of(flow(2)));
            table = before.ownFlows(() -> PROXIES).table();
            assertThat(shadows.capacity()).isEqualTo(100);
        }
        assertThat(entries(MapShape.SHADOWS4) + entries(MapShape.SHADOWS6)).isEqualTo(3);
        try (KernelDataplane after = open(100);
                ShadowTable shadows = after.shadows(() -> PROXIES)) {
            assertThat(after.ownFlows(() -> PROXIES).table()).isEqualTo(table);
            assertThat(shadows.owners()).containsExactly(PEER, another);
            assertThat(shadows.count(PEER)).isEqualTo(2);
            assertThat(shadows.table(PEER)).hasValue(-4711);
            assertThat(shadows.table(another)).isEmpty();
            shadows.put(new NodeId("new"), List.of(flow(3)));
            assertThat(shadows.claim(PEER, flow -> true)).isEqualTo(2);
            assertThat(shadows.owners()).containsExactly(new NodeId("new"), another);
        }
        // Tables of another size are new ones, and those of peers' flows count from nothing.
        try (KernelDataplane larger = open(200);
                ShadowTable shadows = larger.shadows(() -> PROXIES)) {
            assertThat(shadows.capacity()).isEqualTo(200);
            assertThat(larger.ownFlows(() -> PROXIES).table()).isEqualTo(table); // which took the flows along
            assertThat(shadows.size()).isZero();
            assertThat(shadows.put(PEER, List.of(flow(4))).stored()).isEqualTo(1);
            assertThat(shadows.size()).isEqualTo(1);
        }
    }

    @Test
    void a_target_that_flows_of_peers_go_to_is_not_idle() {
        try (KernelDataplane dataplane = open(100);
                ShadowTable shadows = dataplane.shadows(() -> PROXIES)) {
            assertThat(dataplane.flowsOn(1)).isZero();
            shadows.put(PEER, List.of(flow(0), flow(2)));
            assertThat(dataplane.flowsOn(2)).isPositive(); // nobody knows yet
            Await.until("the other target is known to have none", () -> dataplane.flowsOn(2) == 0);
            assertThat(dataplane.flowsOn(1)).isPositive();
            dataplane.apply(new Write.PutTarget(3, Endpoint.of("10.0.0.3", 8080)));
            assertThat(dataplane.flowsOn(3)).isPositive(); // it was not looked for
            shadows.forget(PEER);
            assertThat(dataplane.flowsOn(1)).isZero();
        }
    }

    @Test
    void shadows_of_whom_nobody_knows_are_dropped_at_the_start() {
        try (KernelDataplane before = open(100);
                ShadowTable shadows = before.shadows(() -> PROXIES);
                BpfMap owners = BpfMap.open(pin(MapShape.SHADOW_OWNERS));
                Arena arena = Arena.ofConfined()) {
            shadows.put(PEER, List.of(flow(0), flow(1)));
            shadows.put(new NodeId("another"), List.of(flow(2)));
            owners.update(arena.allocateFrom(ValueLayout.JAVA_INT, 1), ShadowAbi.ShadowOwner.LAYOUT.allocate(arena));
        }
        try (KernelDataplane after = open(100);
                ShadowTable shadows = after.shadows(() -> PROXIES)) {
            assertThat(shadows.owners()).containsExactly(new NodeId("another"));
            assertThat(shadows.size()).isEqualTo(1);
            assertThat(entries(MapShape.SHADOWS4) + entries(MapShape.SHADOWS6)).isEqualTo(1);
        }
    }

    @Test
    void a_node_without_peers_has_no_room_for_their_flows_and_forgets_them() {
        try (KernelDataplane before = open(100);
                ShadowTable shadows = before.shadows(() -> PROXIES)) {
            shadows.put(PEER, List.of(flow(0), flow(1)));
        }
        Settings alone = Settings.DEFAULT.withPinPath(pins).withMaxConnections(100);
        try (KernelDataplane _ = KernelDataplane.open(alone, ObjectFiles.shipped(), Set.of());
                BpfMap shadows = BpfMap.open(pin(MapShape.SHADOWS4))) {
            assertThat(shadows.info().maxEntries()).isEqualTo(1);
            assertThat(entries(MapShape.SHADOWS4) + entries(MapShape.SHADOWS6)).isZero();
        }
        try (KernelDataplane again = open(100);
                ShadowTable shadows = again.shadows(() -> PROXIES)) {
            assertThat(shadows.size()).isZero();
            assertThat(shadows.owners()).isEmpty();
        }
    }

    private KernelDataplane open(int connections) {
        Settings settings = Settings.DEFAULT
                .withPinPath(pins)
                .withMaxConnections(connections)
                .withControl(control());
        KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of());
        dataplane.apply(new Write.PutTarget(1, target(0)));
        dataplane.apply(new Write.PutTarget(2, target(1)));
        return dataplane;
    }

    /** With a cluster, and all else as it comes. */
    private static ControlPlane control() {
        ControlPlane usual = ControlPlane.DEFAULT;
        Cluster lone = Cluster.DEFAULT;
        return new ControlPlane(
                usual.health(),
                usual.drains(),
                usual.loadBalancing(),
                usual.rateLimits(),
                usual.metrics(),
                usual.adminApi(),
                usual.accessLog(),
                usual.dnsCache(),
                usual.circuitBreaker(),
                new Cluster(
                        true,
                        lone.nodeId(),
                        lone.bindAddress(),
                        lone.bindPort(),
                        lone.advertiseAddress(),
                        lone.seeds(),
                        lone.gossip(),
                        lone.detection(),
                        lone.sync(),
                        lone.keyringFile(),
                        lone.insecure()),
                Optional.empty());
    }

    private static Set<FlowRecord> ageless(List<FlowRecord> flows) {
        return flows.stream()
                .map(flow -> new FlowRecord(
                        flow.protocol(),
                        flow.client(),
                        flow.vip(),
                        flow.target(),
                        flow.proxy(),
                        Duration.ZERO,
                        Duration.ZERO))
                .collect(Collectors.toSet());
    }

    /** Every other one of IPv6. */
    private static FlowRecord flow(int number) {
        boolean v4 = number % 2 == 0;
        return new FlowRecord(
                number % 3 == 0 ? Protocol.UDP : Protocol.TCP,
                new Flow.Peer(IpAddress.parse(v4 ? "192.0.2.10" : "2001:db8:c::10"), 1 + number),
                new Flow.Peer(IpAddress.parse(v4 ? "203.0.113.1" : "2001:db8:a::1"), 80),
                target(number),
                "web",
                Duration.ofMinutes(2),
                Duration.ofSeconds(1));
    }

    private static Endpoint target(int number) {
        return Endpoint.of(number % 2 == 0 ? "10.0.0.1" : "2001:db8:1::1", 8080);
    }

    private int entries(String map) {
        int[] found = {0};
        try (BpfMap shadows = BpfMap.open(pin(map))) {
            shadows.forEach((key, value) -> found[0]++);
        }
        return found[0];
    }

    private Path pin(String map) {
        return pins.resolve(AbiCheck.hash()).resolve(map);
    }
}
