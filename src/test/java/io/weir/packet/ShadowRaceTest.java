package io.weir.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.MapShape;
import io.weir.dataplane.ObjectFiles;
import io.weir.dataplane.ShadowAbi;
import io.weir.dataplane.ShadowTable;
import io.weir.flow.FlowRecord;
import io.weir.libbpf.BpfMap;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import io.weir.testing.KernelTest;
import io.weir.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets take flows of peers over while the node is told of them, gives them up, and claims them. */
@KernelTest
class ShadowRaceTest {

    private static final int ROUNDS = 2_000;
    private static final int PORTS = 40;

    private final long seed = Seed.pick();

    @ParameterizedTest
    @EnumSource(Family.class)
    void all_is_counted_once_and_every_flow_is_whole(Family family) {
        System.out.println("shadow race: seed " + seed);
        try (Surroundings surroundings = new Surroundings()) {
            surroundings.inside(() -> {
                try (DataPath path = new DataPath(surroundings, ObjectFiles.shipped(), Row.ROOMY)) {
                    path.install(Setup.usual());
                    AtomicBoolean told = new AtomicBoolean();
                    CompletableFuture<?> packets = CompletableFuture.allOf(
                            CompletableFuture.runAsync(() -> send(path, family, true, told), ShadowRaceTest::start),
                            CompletableFuture.runAsync(() -> send(path, family, false, told), ShadowRaceTest::start));
                    try {
                        tell(path.shadows(), family, Seed.random(seed));
                    } finally {
                        told.set(true);
                    }
                    packets.join();
                    assertCounted(path, family);
                }
                return null;
            });
        }
    }

    /** A thread of this one's network namespace. */
    private static void start(Runnable work) {
        Thread.ofPlatform().start(work);
    }

    /** Segments of both sides of all flows, as long as there is something to tell. */
    private static void send(DataPath path, Family family, boolean byClient, AtomicBoolean told) {
        List<byte[]> frames = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            Role target = port % 2 == 0 ? Role.TARGET : Role.OTHER_TARGET;
            Role from = byClient ? Role.CLIENT : target;
            Role to = byClient ? Role.VIP : Role.CLIENT;
            Transport.Tcp segment = new Transport.Tcp(
                    byClient ? port : target.port(),
                    byClient ? Role.VIP.port() : port,
                    Transport.ACK,
                    1,
                    1,
                    new byte[0],
                    new byte[0]);
            frames.add(Packet.between(family, from, to, segment).frame());
        }
        while (!told.get()) {
            frames.forEach(frame -> path.hand(Hook.XDP, byClient ? Side.CLIENTS : Side.SERVERS, frame, 0));
        }
    }

    /** Connections of no age: each is younger than the one this node carries, which is given up if its target is another. */
    private static void tell(ShadowTable shadows, Family family, Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Role target = random.nextBoolean() ? Role.TARGET : Role.OTHER_TARGET;
                FlowRecord flow = PeerFlows.flow(
                        family,
                        Role.CLIENT,
                        1 + random.nextInt(PORTS),
                        Role.VIP,
                        target.address(family),
                        target.port(),
                        Transport.TCP);
                flows.add(PeerFlows.aged(flow, Duration.ZERO));
            }
            switch (random.nextInt(8)) {
                case 0 -> shadows.remove(PeerFlows.PEER, flows);
                case 1 ->
                    shadows.claim(PeerFlows.OTHER_PEER, flow -> flow.client().port() % 4 == 0);
                case 2 -> shadows.put(PeerFlows.OTHER_PEER, flows);
                default -> shadows.put(PeerFlows.PEER, flows);
            }
        }
    }

    private static void assertCounted(DataPath path, Family family) {
        Tables tables = path.tables().read();
        assertState(path, family, tables);
        Map<Integer, Map<Count, Long>> targets = path.counters().targets();
        long forward =
                tables.flows().values().stream().filter(flow -> !flow.reply()).count();
        assertThat(path.tables().flowCount()).isEqualTo(forward);
        for (Role target : List.of(Role.TARGET, Role.OTHER_TARGET)) {
            int index = Setup.index(target, family);
            long established = tables.flows().values().stream()
                    .filter(flow -> !flow.reply() && flow.state() == State.ESTABLISHED && flow.target() == index)
                    .count();
            assertThat(targets.getOrDefault(index, Map.of()).getOrDefault(Count.ACTIVE, 0L))
                    .as("active at " + target)
                    .isEqualTo(established);
            assertThat(path.active(Setup.PROXY, index)).isEqualTo(established);
        }
        Set<Tables.Key> wanted = new HashSet<>();
        tables.flows().forEach((key, flow) -> {
            if (!flow.reply() && flow.state() == State.ESTABLISHED) {
                wanted.add(new Tables.Key(flow.address(), flow.port(), key.source(), key.sourcePort(), key.protocol()));
            }
        });
        Set<Tables.Key> replies = new HashSet<>();
        tables.flows().forEach((key, flow) -> {
            if (flow.reply()) {
                replies.add(key);
            }
        });
        assertThat(replies).as("replies of established flows").isEqualTo(wanted);
    }

    private static void assertState(DataPath path, Family family, Tables tables) {
        BpfMap map = path.objects().map(family == Family.V4 ? MapShape.SHADOWS4 : MapShape.SHADOWS6);
        long[] voids = {0};
        map.forEach((key, value) -> voids[0] += ShadowAbi.Shadow.OWNER.get(value) == 0 ? 1 : 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = ShadowAbi.ShadowState.LAYOUT.allocate(arena);
            path.objects().map(MapShape.SHADOW_STATE).lookup(Installation.number(0, arena), state);
            assertThat(ShadowAbi.ShadowState.ALL.get(state))
                    .isEqualTo(tables.shadows().size());
            assertThat(ShadowAbi.ShadowState.VOIDS.get(state)).isEqualTo(voids[0]);
        }
        ShadowTable shadows = path.shadows();
        assertThat(shadows.count(PeerFlows.PEER) + shadows.count(PeerFlows.OTHER_PEER))
                .isEqualTo(shadows.size());
    }
}
