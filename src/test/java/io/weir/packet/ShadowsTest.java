package io.weir.packet;

import static io.weir.packet.PeerFlows.OTHER_PEER;
import static io.weir.packet.PeerFlows.PEER;
import static io.weir.packet.Role.ANYWHERE;
import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.THIRD_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.FlowAbi;
import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.ObjectFiles;
import io.weir.dataplane.Reason;
import io.weir.dataplane.ShadowTable;
import io.weir.flow.FlowRecord;
import io.weir.flow.Shadows;
import io.weir.libbpf.RingBuffer;
import io.weir.model.IpAddress.Family;
import io.weir.model.NodeId;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import io.weir.testing.KernelTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the node does with flows of peers; what packets do with them stands in {@link PromotionRows}. */
@KernelTest
class ShadowsTest {

    private static Surroundings surroundings;

    @BeforeAll
    static void make() {
        surroundings = new Surroundings();
    }

    @AfterAll
    static void cleanUp() {
        surroundings.close();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void flows_are_found_again_as_they_were_told_and_removed_by_their_owner_alone(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            FlowRecord one = flow(story, CLIENT, VIP, TARGET);
            FlowRecord other = flow(story, OTHER_CLIENT, VIP, OTHER_TARGET);
            assertThat(shadows.put(PEER, List.of(one, other)).stored()).isEqualTo(2);
            assertThat(shadows.count(PEER)).isEqualTo(2);
            assertThat(shadows.count(OTHER_PEER)).isZero();
            assertThat(shadows.capacity()).isEqualTo(Row.ROOMY);
            story.later(3);
            List<FlowRecord> found = found(shadows, PEER);
            assertThat(found)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("age", "idle")
                    .containsExactlyInAnyOrder(one, other);
            assertThat(found)
                    .extracting(flow -> flow.age().toSeconds())
                    .containsOnly(PeerFlows.AGE.plusSeconds(3).toSeconds());
            shadows.remove(OTHER_PEER, List.of(one));
            shadows.remove(PEER, List.of(other, flow(story, CLIENT, OTHER_VIP, TARGET)));
            assertThat(shadows.size()).isEqualTo(1);
            assertThat(shadows.removeIf(PEER, flow -> flow.client().equals(one.client())))
                    .isEqualTo(1);
            assertNothingLeft(story);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_told_by_another_owner_is_that_ones_and_with_another_target_goes_there(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            shadows.put(PEER, List.of(flow(story, CLIENT, VIP, TARGET)));
            shadows.put(OTHER_PEER, List.of(flow(story, CLIENT, VIP, TARGET)));
            assertThat(shadows.count(PEER)).isZero();
            shadows.remove(PEER, List.of(flow(story, CLIENT, VIP, TARGET)));
            assertThat(shadows.count(OTHER_PEER)).isEqualTo(1);
            shadows.put(PEER, List.of(flow(story, CLIENT, VIP, OTHER_TARGET)));
            assertThat(shadows.count(PEER)).isEqualTo(1);
            assertThat(shadows.size()).isEqualTo(1);
            Packet data = story.tcp(CLIENT, VIP, ACK);
            story.client(data).promoting(OTHER_TARGET).sent(story.forwarded(data, OTHER_TARGET));
            assertThat(shadows.size()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_is_handed_over_to_another_owner_as_it_stands_or_not_at_all(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            FlowRecord flow = flow(story, CLIENT, VIP, TARGET);
            shadows.put(PEER, List.of(flow));
            story.later(3);
            shadows.handOver(OTHER_PEER, PEER, List.of(flow));
            shadows.handOver(PEER, OTHER_PEER, List.of(flow(story, CLIENT, VIP, OTHER_TARGET)));
            shadows.handOver(PEER, OTHER_PEER, List.of(flow(story, CLIENT, OTHER_VIP, TARGET)));
            assertThat(shadows.count(PEER)).isEqualTo(1);
            shadows.handOver(PEER, OTHER_PEER, List.of(flow));
            assertThat(shadows.count(PEER)).isZero();
            assertThat(shadows.count(OTHER_PEER)).isEqualTo(1);
            assertThat(found(shadows, OTHER_PEER))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("age", "idle")
                    .containsExactly(flow);
            assertThat(found(shadows, OTHER_PEER).getFirst().age().toSeconds())
                    .isEqualTo(PeerFlows.AGE.plusSeconds(3).toSeconds());
            Packet data = story.tcp(CLIENT, VIP, ACK);
            story.client(data).promoting(TARGET).sent(story.forwarded(data));
            shadows.handOver(OTHER_PEER, PEER, List.of(flow)); // it has become this node's own
            assertThat(shadows.size()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_that_had_a_packet_here_since_stays_this_nodes_own(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            story.handshake();
            FlowRecord flow = flow(story, CLIENT, VIP, TARGET);
            story.later(1);
            assertThat(shadows.put(PEER, List.of(flow)).kept()).containsExactly(flow);
            story.later(5);
            FlowRecord idler = PeerFlows.idle(flow, Duration.ofSeconds(9));
            assertThat(shadows.put(PEER, List.of(idler)).kept()).containsExactly(idler);
            assertThat(shadows.size()).isZero();
            assertThat(active(story, TARGET)).isEqualTo(1);
            story.asks(story.tcp(CLIENT, VIP, ACK));
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void of_two_connections_of_one_client_port_to_different_targets_the_later_one_is_right(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            story.handshake();
            story.later(5);
            FlowRecord earlier = flow(story, CLIENT, VIP, OTHER_TARGET);
            assertThat(shadows.put(PEER, List.of(earlier)).kept()).containsExactly(earlier);
            assertThat(active(story, TARGET)).isEqualTo(1);
            FlowRecord later = PeerFlows.aged(earlier, Duration.ofSeconds(2));
            assertThat(shadows.put(PEER, List.of(later)).kept()).isEmpty();
            assertThat(shadows.count(PEER)).isEqualTo(1);
            assertThat(active(story, TARGET)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void of_two_connections_of_one_client_port_that_peers_carry_the_later_one_is_right(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            FlowRecord earlier = flow(story, CLIENT, VIP, OTHER_TARGET);
            FlowRecord later = PeerFlows.aged(flow(story, CLIENT, VIP, TARGET), Duration.ofSeconds(2));
            shadows.put(PEER, List.of(later));
            story.later(5);
            assertThat(shadows.put(OTHER_PEER, List.of(earlier)))
                    .isEqualTo(new Shadows.Result(0, List.of(), List.of(), List.of()));
            assertThat(shadows.count(PEER)).isEqualTo(1);
            assertThat(shadows.put(OTHER_PEER, List.of(later)).stored()).isEqualTo(1);
            assertThat(shadows.put(OTHER_PEER, List.of(earlier)).stored()).isEqualTo(1);
            assertThat(found(shadows, OTHER_PEER))
                    .extracting(FlowRecord::target)
                    .containsExactly(earlier.target());
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_that_was_silent_here_is_given_up_to_a_peer_without_an_end(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            story.handshake();
            story.node(Setup::withEvents);
            story.later(5);
            assertThat(shadows.put(PEER, List.of(flow(story, CLIENT, VIP, TARGET)))
                            .stored())
                    .isEqualTo(1);
            assertThat(active(story, TARGET)).isZero();
            assertThat(story.path().active(Setup.PROXY, Setup.index(TARGET, family)))
                    .isZero();
            assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow().state()).isEqualTo(State.REPLACED);
            assertThat(story.flow(TARGET, CLIENT, TCP)).isEmpty();
            assertThat(events(story)).isEmpty();
            // It comes back as it went, into the place that is still there.
            Packet data = story.tcp(CLIENT, VIP, ACK);
            story.client(data)
                    .noting(Reason.PROMOTED)
                    .counting(TARGET, Count.ACTIVE)
                    .sent(story.forwarded(data));
            assertThat(events(story)).containsExactly("opened, promoted at 100 s");
            assertThat(story.path().tables().flowCount()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_dead_owners_flows_become_this_nodes_own_with_their_whole_time_before_them(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            story.node(Setup::withEvents);
            shadows.put(
                    PEER,
                    List.of(
                            flow(story, CLIENT, VIP, TARGET),
                            flow(story, OTHER_CLIENT, VIP, TARGET),
                            PeerFlows.flow(family, CLIENT, VIP, TARGET, UDP)));
            story.later(Setup.ESTABLISHED_SECONDS * 2);
            assertThat(shadows.claim(PEER, flow -> flow.client().address().equals(CLIENT.address(family))))
                    .isEqualTo(2);
            assertThat(shadows.count(PEER)).isEqualTo(1);
            assertThat(active(story, TARGET)).isEqualTo(2);
            assertThat(events(story)).containsExactly("opened, promoted at 700 s", "opened, promoted at 700 s");
            assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow())
                    .returns(0, Tables.Flow::idle)
                    .returns(700, Tables.Flow::age)
                    .returns(State.ESTABLISHED, Tables.Flow::state);
            assertThat(story.path().tables().flowCount()).isEqualTo(2);
            story.asks(story.tcp(CLIENT, VIP, ACK));
            story.answers(story.udp(TARGET, CLIENT));
            assertThat(shadows.forget(PEER)).isEqualTo(1);
            assertNothingLeft(story);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void what_is_carried_already_or_finds_no_room_is_not_claimed(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            shadows.put(PEER, List.of(flow(story, OTHER_CLIENT, VIP, TARGET)));
            story.node(setup -> setup.withFull(0));
            assertThat(shadows.claim(PEER, flow -> true)).isZero();
            assertThat(shadows.count(PEER)).isEqualTo(1);
            story.node(setup -> setup.withFull(Integer.MAX_VALUE));
            shadows.forget(PEER);
            story.handshake();
            story.later(2);
            story.answers(story.tcp(TARGET, CLIENT, Transport.RST));
            shadows.put(PEER, List.of(flow(story, CLIENT, VIP, TARGET)));
            assertThat(shadows.claim(PEER, flow -> true)).isZero();
            assertNothingLeft(story);
            assertThat(active(story, TARGET)).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void one_client_port_has_room_for_four_flows_and_the_place_of_one_that_ended_is_given_anew(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            List<FlowRecord> four = List.of(
                    flow(story, CLIENT, VIP, TARGET),
                    flow(story, CLIENT, OTHER_VIP, OTHER_TARGET),
                    flow(story, CLIENT, ANYWHERE, THIRD_TARGET),
                    flow(story, CLIENT, Role.ROUTER, TARGET));
            FlowRecord fifth = flow(story, CLIENT, Role.SERVER_ROUTER, TARGET);
            assertThat(shadows.put(PEER, four).stored()).isEqualTo(4);
            assertThat(shadows.put(PEER, List.of(fifth)).refused()).containsExactly(fifth);
            shadows.remove(PEER, four.subList(0, 1));
            assertThat(found(shadows, PEER)).hasSize(3);
            assertThat(shadows.put(PEER, List.of(fifth)).stored()).isEqualTo(1);
            assertThat(shadows.put(PEER, four.subList(1, 4)).stored()).isEqualTo(3);
            assertThat(shadows.count(PEER)).isEqualTo(4);
            shadows.remove(PEER, List.of(fifth, four.get(2), four.get(3), four.get(1)));
            assertNothingLeft(story);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_full_table_refuses_and_takes_more_once_flows_have_become_this_nodes_own(Family family) {
        tell(family, 200, (story, shadows) -> {
            List<FlowRecord> many = many(story, 200);
            FlowRecord last = flow(story, OTHER_CLIENT, VIP, TARGET);
            assertThat(shadows.put(PEER, many).stored()).isEqualTo(200);
            assertThat(shadows.put(PEER, List.of(last)).refused()).containsExactly(last);
            assertThat(shadows.claim(PEER, flow -> flow.client().port() < 10)).isEqualTo(9);
            Packet data = story.tcp(CLIENT, VIP, ACK).outOf(CLIENT.address(family), 10);
            story.client(data).promoting(TARGET).sent(story.forwarded(data));
            assertThat(shadows.size()).isEqualTo(190);
            assertThat(shadows.put(PEER, List.of(last)).stored()).isEqualTo(1);
            assertThat(shadows.put(OTHER_PEER, many).kept()).hasSize(10);
            assertThat(shadows.count(OTHER_PEER)).isEqualTo(190);
            assertThat(shadows.count(PEER)).isEqualTo(1);
            assertThat(shadows.forget(OTHER_PEER)).isEqualTo(190);
            assertThat(shadows.forget(PEER)).isEqualTo(1);
            assertNothingLeft(story);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void flows_of_targets_and_proxies_that_are_not_here_are_held_and_named(Family family) {
        tell(family, Row.ROOMY, (story, shadows) -> {
            FlowRecord stray = PeerFlows.flow(family, CLIENT, 1, VIP, Role.ROUTER.address(family), 8000, TCP);
            FlowRecord known = flow(story, OTHER_CLIENT, VIP, TARGET);
            FlowRecord strange = new FlowRecord(
                    known.protocol(),
                    known.client(),
                    known.vip(),
                    known.target(),
                    "of another configuration",
                    known.age(),
                    known.idle());
            Shadows.Result result = shadows.put(PEER, List.of(stray, strange));
            assertThat(result.stored()).isEqualTo(2);
            assertThat(result.unknown()).containsExactly(stray, strange);
            assertThat(shadows.claim(PEER, flow -> flow.client().equals(stray.client())))
                    .isZero();
            assertThat(shadows.count(PEER)).isEqualTo(2);
        });
    }

    private static List<FlowRecord> many(Story story, int count) {
        List<FlowRecord> flows = new ArrayList<>();
        for (int port = 1; port <= count; port++) {
            flows.add(PeerFlows.flow(
                    story.family(), CLIENT, port, VIP, TARGET.address(story.family()), TARGET.port(), TCP));
        }
        return flows;
    }

    private static FlowRecord flow(Story story, Role client, Role vip, Role target) {
        return PeerFlows.flow(story.family(), client, vip, target, TCP);
    }

    private static List<FlowRecord> found(ShadowTable shadows, NodeId owner) {
        List<FlowRecord> found = new ArrayList<>();
        shadows.removeIf(owner, flow -> {
            found.add(flow);
            return false;
        });
        return found;
    }

    private static long active(Story story, Role target) {
        return story.path()
                .counters()
                .targets()
                .getOrDefault(Setup.index(target, story.family()), Map.of())
                .getOrDefault(Count.ACTIVE, 0L);
    }

    private static List<String> events(Story story) {
        List<String> events = new ArrayList<>();
        try (RingBuffer ring = new RingBuffer(story.path().objects().map(MapShape.EVENTS))) {
            ring.consume(
                    event -> {
                        boolean opened = NodeAbi.Event.TYPE.get(event) == NodeAbi.EVENT_OPENED;
                        boolean promoted = (NodeAbi.Event.FLAGS.getInt(event) & FlowAbi.FLOW_PROMOTED) != 0;
                        long age = NodeAbi.Event.DURATION.get(event) / Setup.HZ;
                        events.add(
                                (opened ? "opened" : "closed") + (promoted ? ", promoted" : "") + " at " + age + " s");
                    },
                    100);
        }
        return events;
    }

    /** No shadow, and no place that stays for ever. */
    private static void assertNothingLeft(Story story) {
        assertThat(story.path().shadows().size()).isZero();
        for (String name : List.of(MapShape.SHADOWS4, MapShape.SHADOWS6)) {
            Set<String> left = new HashSet<>();
            story.path().objects().map(name).forEach((key, value) -> left.add(key.toString()));
            assertThat(left).as(name).isEmpty();
        }
    }

    private interface Tale {
        void tell(Story story, ShadowTable shadows);
    }

    private static void tell(Family family, int room, Tale tale) {
        surroundings.inside(() -> {
            try (DataPath path = new DataPath(surroundings, ObjectFiles.shipped(), room)) {
                Story story = new Story(family, Hook.XDP, path);
                tale.tell(story, path.shadows());
                story.finish();
            }
            return null;
        });
    }
}
