package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.FIN;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.ObjectFiles;
import io.weir.libbpf.MappedArray;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import io.weir.testing.KernelTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel's own timer removes, and what it counts; each test with a data path and a timer of its own. */
@KernelTest
class ExpiryTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

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
    void a_flow_whose_time_is_up_vanishes_with_both_its_entries(Family family) {
        tell(family, story -> {
            story.node(Setup::withTotals);
            story.handshake();
            story.answers(story.tcp(TARGET, CLIENT, ACK));
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            Counters before = story.path().counters();
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
            Tables tables = story.path().tables().read();
            assertThat(tables.flows()).isEmpty();
            assertThat(tables.totals()).isEmpty();
            assertThat(story.path().counters().since(before).targets())
                    .isEqualTo(Map.of(Setup.index(TARGET, family), Map.of(Count.ACTIVE, -1L)));
            assertThat(expired(story)).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_lives_while_one_of_its_directions_does(Family family) {
        tell(family, story -> {
            story.handshake();
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            story.answers(story.tcp(TARGET, CLIENT, ACK)); // only the reply entry is young again
            story.path().objects().startExpiry();
            // The other one's end shows that the first was looked at: it was before it in the queue.
            await(story, () -> story.path().tables().flowCount() == 1);
            assertThat(story.flow(CLIENT, VIP, TCP)).isPresent();
            assertThat(story.flow(TARGET, CLIENT, TCP)).isPresent();
            assertThat(story.flow(OTHER_CLIENT, VIP, TCP)).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void closing_flows_go_early_and_replaced_ones_at_once_without_being_counted_twice(Family family) {
        tell(family, story -> {
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            Packet reset = story.tcp(TARGET, OTHER_CLIENT, RST);
            story.later(2);
            story.target(reset).sent(story.returned(reset, VIP, OTHER_CLIENT));
            story.later(Setup.CLOSING_SECONDS + 1);
            story.handshake();
            story.target(story.tcp(TARGET, CLIENT, RST))
                    .counting(Count.EARLY_RESETS)
                    .sent(story.returned(story.tcp(TARGET, CLIENT, RST)));
            Packet syn = story.syn(CLIENT, VIP);
            story.client(syn).ending(TARGET).counting(Count.SYNS).sent(story.forwarded(syn));
            Counters before = story.path().counters();
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
            assertThat(story.path().tables().read().flows()).isEmpty();
            assertThat(story.path().counters().since(before).targets())
                    .isEqualTo(Map.of(Setup.index(TARGET, family), Map.of(Count.ACTIVE, -1L)));
            assertThat(story.halfOpen(CLIENT, VIP, TCP).orElseThrow().state()).isEqualTo(State.SYN_SENT);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void an_rst_of_the_client_takes_no_time_from_its_flow(Family family) {
        tell(family, story -> {
            story.handshake();
            story.asks(story.tcp(CLIENT, VIP, RST));
            story.later(Setup.ESTABLISHED_SECONDS - 20);
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            Packet reset = story.tcp(TARGET, OTHER_CLIENT, RST);
            story.target(reset).counting(Count.EARLY_RESETS).sent(story.returned(reset, VIP, OTHER_CLIENT));
            story.later(Setup.CLOSING_SECONDS + 1);
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 1);
            assertThat(story.flow(CLIENT, VIP, TCP)).isPresent();
        });
    }

    /** Ages flows, but not what the queue says of them: that their time is not up. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void what_nobody_has_ended_is_passed_without_a_look_and_what_somebody_has_is_found(Family family) {
        tell(family, story -> {
            story.node(setup -> setup.withLookAgain(Setup.ESTABLISHED_SECONDS));
            story.handshake();
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            Packet reset = story.tcp(TARGET, OTHER_CLIENT, RST);
            story.target(reset).counting(Count.EARLY_RESETS).sent(story.returned(reset, VIP, OTHER_CLIENT));
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            story.path().objects().startExpiry();
            // The other one's end shows that the first was passed: it was before it in the queue.
            await(story, () -> story.path().tables().flowCount() == 1);
            assertThat(story.flow(OTHER_CLIENT, VIP, TCP)).isEmpty();
            assertThat(story.flow(CLIENT, VIP, TCP)).isPresent();
            story.path().tables().end(story.key(CLIENT, VIP, TCP));
            await(story, () -> story.path().tables().flowCount() == 0);
            assertThat(story.path().tables().read().flows()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_that_the_queue_gives_more_time_than_any_can_have_is_looked_at(Family family) {
        tell(family, story -> {
            story.node(setup -> setup.withLookAgain(Setup.ESTABLISHED_SECONDS));
            story.handshake();
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            story.node(setup -> setup.withLookAgain(Setup.ESTABLISHED_SECONDS / 2));
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void expiry_rests_until_it_is_told_to_go_on(Family family) {
        tell(family, story -> {
            story.handshake();
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            rest(story, NodeAbi.REST_SECONDS);
            story.path().objects().startExpiry();
            long slices = slices(story);
            await(story, () -> slices(story) > slices + 2);
            assertThat(story.path().tables().flowCount()).isEqualTo(1);
            rest(story, 0);
            await(story, () -> story.path().tables().flowCount() == 0);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void expiry_believes_no_rest_of_more_than_a_minute(Family family) {
        tell(family, story -> {
            story.handshake();
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            rest(story, NodeAbi.REST_SECONDS + 10);
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void in_a_crowded_table_an_rst_of_the_client_is_believed(Family family) {
        tell(family, story -> {
            story.node(setup -> setup.withCrowded(2));
            story.handshake();
            story.asks(story.tcp(CLIENT, VIP, RST));
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            story.later(Setup.CLOSING_SECONDS + 1);
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 1);
            assertThat(story.flow(OTHER_CLIENT, VIP, TCP)).isPresent();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void handshakes_that_were_not_completed_count_against_their_target(Family family) {
        tell(family, story -> {
            Packet syn = story.syn(CLIENT, VIP);
            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
            story.asks(story.udp(OTHER_CLIENT, VIP)); // a datagram without an answer is no failed handshake
            story.later(Setup.UDP_SECONDS + 1);
            Packet young = story.syn(OTHER_CLIENT, VIP);
            story.client(young).counting(Count.SYNS).sent(story.forwarded(young));
            Counters before = story.path().counters();
            story.path().objects().startExpiry();
            await(story, () -> !story.path().counters().since(before).targets().isEmpty());
            // Another walk over all buckets, to be sure that nothing is counted twice.
            long slices = slices(story);
            await(story, () -> slices(story) > slices + 2);
            assertThat(story.path().counters().since(before).targets())
                    .isEqualTo(Map.of(Setup.index(TARGET, family), Map.of(Count.HANDSHAKE_TIMEOUTS, 1L)));
            assertThat(story.halfOpen(OTHER_CLIENT, VIP, TCP)).isPresent();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_connection_that_is_half_open_for_want_of_proof_ends_with_the_established_and_failed_no_handshake(
            Family family) {
        tell(family, story -> {
            HandshakeRows.unproven(story);
            story.later(Setup.SYN_SECONDS + 1);
            Packet syn = story.syn(OTHER_CLIENT, VIP);
            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
            story.later(Setup.SYN_SECONDS + 1);
            Counters before = story.path().counters();
            story.path().objects().startExpiry();
            await(story, () -> !story.path().counters().since(before).targets().isEmpty());
            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isPresent();
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            // Another walk over all buckets.
            long slices = slices(story);
            await(story, () -> slices(story) > slices + 2);
            assertThat(story.path().counters().since(before).targets())
                    .isEqualTo(Map.of(Setup.index(TARGET, family), Map.of(Count.HANDSHAKE_TIMEOUTS, 1L)));
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void flows_of_a_proxy_at_a_target_are_counted_until_they_end(Family family) {
        tell(family, story -> {
            int target = Setup.index(TARGET, family);
            story.node(setup -> setup.with(Setup.vip(OTHER_VIP, family, Setup.OTHER_PROXY, Setup.GROUP)));
            story.handshake();
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            Packet datagram = story.udp(CLIENT, OTHER_VIP);
            story.asks(datagram);
            story.later(1.1);
            story.client(datagram).confirming(TARGET, Setup.OTHER_PROXY).sent(story.forwarded(datagram));
            assertThat(story.path().active(Setup.PROXY, target)).isEqualTo(2);
            assertThat(story.path().active(Setup.OTHER_PROXY, target)).isEqualTo(1);
            story.answers(story.tcp(TARGET, CLIENT, RST));
            Packet syn = story.syn(CLIENT, VIP); // begins anew
            story.client(syn).ending(TARGET).counting(Count.SYNS).sent(story.forwarded(syn));
            assertThat(story.path().active(Setup.PROXY, target)).isEqualTo(1);
            story.later(Setup.ESTABLISHED_SECONDS + 1);
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
            assertThat(story.path().active(Setup.PROXY, target)).isZero();
            assertThat(story.path().active(Setup.OTHER_PROXY, target)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_that_an_operator_ends_is_counted_once_and_unknown_to_its_next_packet(Family family) {
        tell(family, story -> {
            story.node(setup -> setup.withTotals().withEvents());
            story.handshake();
            story.answers(story.tcp(TARGET, CLIENT, ACK));
            story.handshake(OTHER_CLIENT, VIP, TARGET);
            Counters before = story.path().counters();
            story.path().tables().end(story.key(CLIENT, VIP, TCP));
            story.path().tables().end(story.key(CLIENT, VIP, TCP)); // twice is once
            story.path().tables().end(story.key(TARGET, CLIENT, TCP)); // a reply's key names no flow
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 1);
            assertThat(story.flow(OTHER_CLIENT, VIP, TCP)).isPresent();
            assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
            assertThat(story.flow(TARGET, CLIENT, TCP)).isEmpty();
            assertThat(story.path().tables().read().totals()).hasSize(1);
            assertThat(story.path().counters().since(before).targets())
                    .isEqualTo(Map.of(Setup.index(TARGET, family), Map.of(Count.ACTIVE, -1L)));
            hand(story, Side.CLIENTS, story.tcp(CLIENT, VIP, ACK));
            assertThat(story.halfOpen(CLIENT, VIP, TCP).orElseThrow().state()).isEqualTo(State.PICKED_UP);
        });
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void a_flow_that_an_operator_ends_before_its_ends_do_is_soon_over(Family family) {
        tell(family, story -> {
            story.handshake();
            story.path().tables().end(story.key(CLIENT, VIP, TCP));
            story.path().objects().startExpiry();
            await(story, () -> story.path().tables().flowCount() == 0);
            long active = story.path().active(Setup.PROXY, Setup.index(TARGET, family));
            hand(story, Side.CLIENTS, story.tcp(CLIENT, VIP, FIN | ACK));
            hand(story, Side.SERVERS, story.tcp(TARGET, CLIENT, FIN | ACK));
            assertThat(story.path().active(Setup.PROXY, Setup.index(TARGET, family)))
                    .isEqualTo(active + 1);
            story.later(Setup.CLOSING_SECONDS + 1);
            await(story, () -> story.path().tables().flowCount() == 0);
            assertThat(story.path().active(Setup.PROXY, Setup.index(TARGET, family)))
                    .isEqualTo(active);
        });
    }

    private static void hand(Story story, Side side, Packet packet) {
        story.path().hand(Hook.XDP, side, packet.frame(), 0);
    }

    private static void tell(Family family, Consumer<Story> test) {
        surroundings.inside(() -> {
            try (DataPath path = new DataPath(surroundings, ObjectFiles.shipped(), Row.ROOMY)) {
                Story story = new Story(family, Hook.XDP, path);
                test.accept(story);
                story.finish();
            }
            return null;
        });
    }

    /** Up to so many seconds from now. */
    private static void rest(Story story, int seconds) {
        try (MappedArray settings =
                story.path().objects().map(MapShape.SETTINGS).map()) {
            long until = story.path().tables().now() + (long) seconds * Setup.HZ;
            settings.writeInt(0, NodeAbi.Settings.RESTING.offset(), (int) until);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Story story, Condition condition) {
        long until = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime())
                    .as("waited for expiry, which ran " + slices(story) + " times")
                    .isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static long slices(Story story) {
        return state(story, "slices");
    }

    private static long expired(Story story) {
        return state(story, "expired");
    }

    private static long state(Story story, String field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment expiry = story.path().tables().expiry(arena);
            return NodeAbi.Expiry.LAYOUT.field(field).get(expiry);
        }
    }
}
