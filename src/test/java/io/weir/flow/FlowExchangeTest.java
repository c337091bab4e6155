package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Way;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nodes tell each other of their flows, side by side, without a network between them that could be late. */
class FlowExchangeTest {

    private final SideBySide nodes = new SideBySide();
    private final SideBySide.Node one = nodes.add("lb-1");
    private final SideBySide.Node two = nodes.add("lb-2");

    @Test
    void a_new_peer_is_told_all_flows_and_then_every_change() {
        IntStream.range(0, 5_000).forEach(one::open);
        SideBySide.Node late = nodes.add("lb-3");
        nodes.run(Duration.ofSeconds(1));

        assertThat(late.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(late.exchange.isInSync()).isTrue();

        one.open(5_000);
        one.close(17);
        nodes.run(Duration.ofMillis(10));

        assertThat(late.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(5_000);
    }

    @Test
    void what_changes_during_the_walk_is_told_as_it_is_in_the_end() {
        IntStream.range(0, 20_000).forEach(one::open);
        SideBySide.Node late = nodes.add("lb-3");
        for (int i = 0; i < 20_000; i += 7) {
            one.close(i);
            one.open(20_000 + i);
            if (i % 3 == 0) {
                one.open(i, "10.1.0.2:8080");
            }
            nodes.step();
        }
        nodes.run(Duration.ofSeconds(1));

        assertThat(ways(late.tables)).isEqualTo(ownWays(one.tables));
        assertThat(nodes.status(one).peers().get(late.id).restarts()).isZero();
    }

    @Test
    void all_is_told_anew_when_an_event_is_lost() {
        nodes.carry(one, 100);

        one.tables.own.remove(SideBySide.key(3));
        one.tables.own.put(SideBySide.key(1_000), one.tables.own.get(SideBySide.key(4)));
        one.tables.lost++;
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(nodes.status(one).peers().get(two.id).restarts()).isEqualTo(1);
    }

    @Test
    void a_difference_is_found_by_the_digest_and_repaired_by_its_bucket_alone() {
        nodes.carry(one, 5_000);
        long before = nodes.status(one).peers().get(two.id).sentBytes();

        openUnheard(one, 5_000);
        assertThat(two.tables.shadows).hasSize(5_000);
        nodes.run(SideBySide.DIGESTS.multipliedBy(2));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(two.exchange.isInSync()).isTrue();
        ReplicationStatus.Peer peer = nodes.status(one).peers().get(two.id);
        assertThat(peer.restarts()).isZero();
        assertThat(peer.sentBytes() - before).isLessThan(20_000); // the sums of the buckets, and a few flows
        assertThat(nodes.status(two).peers().get(one.id).repairs()).isEqualTo(1);
    }

    @Test
    void who_compares_is_not_in_sync_until_the_peer_has_said_what_it_has_and_what_differed_is_mended() {
        nodes.run(Duration.ofMillis(500));
        openUnheard(one, 1);
        nodes.compare(two);
        assertThat(two.exchange.isInSync()).isFalse();
        nodes.run(Duration.ofMillis(500));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(two.exchange.isInSync()).isTrue();
    }

    @Test
    void who_compares_finds_what_a_peer_lacks_of_its_own() {
        nodes.run(Duration.ofMillis(500));
        openUnheard(one, 1);
        nodes.compare(one);
        nodes.run(Duration.ofMillis(500));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
    }

    /** Peers do not hear of the flow. */
    private void openUnheard(SideBySide.Node node, int number) {
        nodes.damage = frame -> FlowFrameReader.read(frame) instanceof FlowFrame.Changes changes
                ? FlowFrameWriter.write(new FlowFrame.Changes(changes.head(), List.of()))
                : frame;
        node.open(number);
        nodes.run(Duration.ofMillis(10));
        nodes.damage = frame -> frame;
        assertThat(nodes.status(node).unprotected()).isZero();
    }

    @Test
    void a_frame_that_is_malformed_or_missing_begins_the_stream_anew() {
        for (byte[] broken : new byte[][] {{FlowFrameWriter.VERSION, 2, 3}, {}}) {
            nodes.damage = frame -> FlowFrameReader.read(frame) instanceof FlowFrame.Changes ? broken : frame;
            one.open(1);
            nodes.run(Duration.ofMillis(10));
            nodes.damage = frame -> frame;
            nodes.run(Duration.ofSeconds(3));

            assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
            assertThat(two.exchange.isInSync()).isTrue();
            one.close(1);
        }
        assertThat(nodes.status(two).malformed()).isEqualTo(1); // the other one was lost on the way
    }

    @Test
    void a_frame_of_another_version_is_counted_as_such_and_not_answered() {
        nodes.run(Duration.ofSeconds(1));
        long sent = nodes.status(two).peers().get(one.id).sentBytes();
        two.exchange.frame(one.id, new byte[] {1, 2, 3}, 0);

        assertThat(nodes.status(two).otherVersion()).isEqualTo(1);
        assertThat(nodes.status(two).malformed()).isZero();
        assertThat(nodes.status(two).peers().get(one.id).sentBytes()).isEqualTo(sent);
        assertThat(two.exchange.isInSync()).isTrue();
    }

    @Test
    void what_the_kernel_refuses_to_do_is_asked_for_again() {
        nodes.run(Duration.ofSeconds(1));
        two.tables.fails = true;
        one.open(1);
        assertThatThrownBy(() -> nodes.run(Duration.ofMillis(10))).hasMessage("the kernel says no");
        assertThat(two.exchange.isInSync()).isFalse();

        two.tables.fails = false;
        nodes.run(Duration.ofSeconds(2));
        assertThat(two.tables.shadows).hasSize(1);
        assertThat(two.exchange.isInSync()).isTrue();
    }

    @Test
    void without_a_peer_every_flow_is_unprotected() {
        nodes.kill(two);
        one.open(1);
        one.open(2);
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(one).unprotected()).isEqualTo(2);

        nodes.start(two, false);
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(one).unprotected()).isZero();
    }

    @Test
    void a_peer_that_takes_nothing_costs_a_bounded_queue_and_is_told_all_when_it_does() {
        nodes.run(Duration.ofSeconds(1));
        nodes.room = 0;
        for (int i = 0; i < 120_000; i++) {
            one.open(i);
            if (i % 1_000 == 0) {
                nodes.step();
                assertThat(nodes.status(one).peers().get(two.id).underwayBytes())
                        .isLessThanOrEqualTo(OwnStream.MOST_BYTES);
            }
        }
        assertThat(nodes.status(one).unprotected()).isEqualTo(120_000);
        assertThat(two.tables.shadows).isEmpty();

        nodes.room = 1_000;
        nodes.run(Duration.ofSeconds(3));
        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(nodes.status(one).unprotected()).isZero();
    }

    @Test
    void what_found_no_room_is_asked_for_when_there_is_some() {
        two.tables.capacity = 160;
        nodes.carry(one, 200);
        assertThat(two.tables.shadows).hasSize(160);
        assertThat(nodes.status(two).peers().get(one.id).refused()).isEqualTo(40);
        assertThat(two.exchange.isInSync()).isTrue();

        two.tables.capacity = 1_000;
        nodes.run(Duration.ofSeconds(12));
        assertThat(two.tables.shadows).hasSize(200);
    }

    @Test
    void what_a_peer_carries_beyond_what_is_remembered_is_not_asked_for_until_it_carries_less() {
        two.tables.capacity = 100;
        IntStream.range(0, 1_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(10));
        assertThat(two.tables.shadows).hasSize(100);
        assertThat(nodes.status(two).peers().get(one.id).refused()).isEqualTo(900);
        assertThat(nodes.status(two).peers().get(one.id).restarts()).isZero();
        assertThat(two.exchange.isInSync()).isFalse();

        IntStream.range(0, 950).forEach(one::close);
        nodes.run(Duration.ofSeconds(10));
        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(two.exchange.isInSync()).isTrue();
    }

    @Test
    void what_finds_no_room_again_and_again_is_asked_for_more_and_more_rarely() {
        nodes.run(Duration.ofSeconds(1));
        two.tables.unwanted = Optional.of(SideBySide.key(1));
        one.open(1);
        nodes.run(Duration.ofMinutes(10));

        // After 10, 20, 40, 80 seconds, and then every 160.
        assertThat(nodes.status(two).peers().get(one.id).repairs()).isEqualTo(6);
        assertThat(two.exchange.isInSync()).isTrue();
    }

    @Test
    void a_link_that_breaks_in_one_direction_alone_is_made_up_for() {
        nodes.run(Duration.ofSeconds(1));
        two.exchange.down(one.id); // its answers go nowhere
        one.open(1);
        nodes.run(Duration.ofMillis(10));
        assertThat(nodes.status(one).unprotected()).isEqualTo(1);

        nodes.relink(two, one);
        two.open(2);
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(one).unprotected()).isZero();
        assertThat(nodes.status(two).unprotected()).isZero();
        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(one.tables.shadows.keySet()).isEqualTo(two.tables.own.keySet());
        assertThat(nodes.status(one).peers().get(two.id).restarts()).isZero();
    }

    @Test
    void the_lag_is_what_passes_from_the_event_to_the_answer() {
        nodes.run(Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            one.open(i);
            nodes.run(Duration.ofMillis(20));
        }

        ReplicationStatus status = nodes.status(one);
        assertThat(status.lagMedian()).isBetween(Duration.ofMillis(1), Duration.ofMillis(5));
        assertThat(status.lag99()).isBetween(status.lagMedian(), Duration.ofMillis(5));
    }

    private static Map<Key, Way> ways(ModelTables tables) {
        return tables.shadows.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().way()));
    }

    private static Map<Key, Way> ownWays(ModelTables tables) {
        return tables.own.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().way()));
    }
}
