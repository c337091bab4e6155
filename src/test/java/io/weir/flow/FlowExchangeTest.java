package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Shadow;
import io.weir.flow.ModelTables.Way;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes side by side, without a network between them that could be late. */
class FlowExchangeTest {

    private final SideBySide nodes = new SideBySide();

    @Test
    void a_new_peer_is_told_all_flows_and_then_every_change() {
        SideBySide.Node one = nodes.add("lb-1");
        IntStream.range(0, 5_000).forEach(one::open);
        SideBySide.Node two = nodes.add("lb-2");
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(two.exchange.isInSync()).isTrue();

        one.open(5_000);
        one.close(17);
        nodes.run(Duration.ofMillis(10));

        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(5_000);
    }

    @Test
    void what_changes_during_the_walk_is_told_as_it_is_in_the_end() {
        SideBySide.Node one = nodes.add("lb-1");
        IntStream.range(0, 20_000).forEach(one::open);
        SideBySide.Node two = nodes.add("lb-2");
        for (int i = 0; i < 20_000; i += 7) {
            one.close(i);
            one.open(20_000 + i);
            if (i % 3 == 0) {
                one.open(i, "10.1.0.2:8080");
            }
            nodes.step();
        }
        nodes.run(Duration.ofSeconds(1));

        assertThat(ways(two.tables)).isEqualTo(ownWays(one.tables));
        assertThat(nodes.status(one).peers().get(two.id).restarts()).isZero();
    }

    @Test
    void all_is_told_anew_when_an_event_is_lost() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));

        one.tables.own.remove(SideBySide.key(3));
        one.tables.own.put(SideBySide.key(1_000), one.tables.own.get(SideBySide.key(4)));
        one.tables.lost++;
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.shadows.keySet()).isEqualTo(one.tables.own.keySet());
        assertThat(nodes.status(one).peers().get(two.id).restarts()).isEqualTo(1);
    }

    @Test
    void a_difference_is_found_by_the_digest_and_repaired_by_its_bucket_alone() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 5_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        one.open(1);
        one.open(2);
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(one).unprotected()).isEqualTo(2);

        nodes.add("lb-2");
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(one).unprotected()).isZero();
    }

    @Test
    void a_peer_that_takes_nothing_costs_a_bounded_queue_and_is_told_all_when_it_does() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        two.tables.capacity = 160;
        IntStream.range(0, 200).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        assertThat(two.tables.shadows).hasSize(160);
        assertThat(nodes.status(two).peers().get(one.id).refused()).isEqualTo(40);
        assertThat(two.exchange.isInSync()).isTrue();

        two.tables.capacity = 1_000;
        nodes.run(Duration.ofSeconds(12));
        assertThat(two.tables.shadows).hasSize(200);
    }

    @Test
    void what_a_peer_carries_beyond_what_is_remembered_is_not_asked_for_until_it_carries_less() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
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
    void a_flow_whose_packets_all_come_by_another_node_is_given_up_to_it() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        SideBySide.Node three = nodes.add("lb-3");
        one.open(1);
        nodes.run(Duration.ofSeconds(1));
        for (int second = 0; second < 20; second++) {
            two.packet(1);
            nodes.run(Duration.ofSeconds(1));
        }

        assertThat(one.tables.own).isEmpty();
        assertThat(owner(one, 1)).contains(two.id);
        assertThat(owner(three, 1)).contains(two.id);
        two.close(1);
        nodes.run(Duration.ofMillis(10));
        assertThat(one.tables.shadows).isEmpty();
        assertThat(three.tables.shadows).isEmpty();
    }

    @Test
    void a_flow_whose_packets_come_by_two_nodes_stays_with_both() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        one.open(1);
        nodes.run(Duration.ofSeconds(1));
        for (int second = 0; second < 60; second++) {
            one.packet(1);
            two.packet(1);
            nodes.run(Duration.ofSeconds(1));
        }

        assertThat(one.tables.own).hasSize(1);
        assertThat(two.tables.own).hasSize(1);
    }

    @Test
    void who_carries_a_flow_tells_it_anew_to_the_node_that_has_ended_it() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        one.open(1);
        nodes.run(Duration.ofSeconds(1));
        two.packet(1);
        nodes.run(Duration.ofMillis(10));

        one.close(1); // by its timeout
        nodes.run(Duration.ofMillis(10));
        assertThat(owner(one, 1)).contains(two.id);
    }

    @Test
    void survivors_share_the_flows_of_a_dead_node_and_know_of_each_other() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        SideBySide.Node three = nodes.add("lb-3");
        IntStream.range(0, 1_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        Set<Key> all = Set.copyOf(one.tables.own.keySet());
        nodes.kill(one);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.own).hasSizeBetween(400, 600);
        assertThat(three.tables.own).hasSize(1_000 - two.tables.own.size());
        assertThat(two.tables.shadows.keySet()).isEqualTo(three.tables.own.keySet());
        assertThat(three.tables.shadows.keySet()).isEqualTo(two.tables.own.keySet());
        assertThat(all).containsAll(two.tables.own.keySet()).containsAll(three.tables.own.keySet());
    }

    @Test
    void what_falls_to_a_node_that_died_together_with_its_owner_falls_to_those_that_are_left() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        SideBySide.Node three = nodes.add("lb-3");
        SideBySide.Node four = nodes.add("lb-4");
        IntStream.range(0, 1_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.kill(one, two, Duration.ofSeconds(1));
        nodes.run(Duration.ofSeconds(1));

        assertThat(three.tables.own).hasSizeBetween(400, 600);
        assertThat(four.tables.own).hasSize(1_000 - three.tables.own.size());
        assertThat(three.tables.shadows.keySet()).isEqualTo(four.tables.own.keySet());
        assertThat(four.tables.shadows.keySet()).isEqualTo(three.tables.own.keySet());
    }

    @Test
    void what_no_survivor_claims_is_claimed_by_all_in_the_end() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.kill(one, Set.of(two.id, new NodeId("lb-3"))); // whom this one has never met
        nodes.run(Duration.ofSeconds(1));
        assertThat(two.tables.own).hasSizeBetween(20, 80);

        nodes.run(Duration.ofSeconds(60));
        assertThat(two.tables.own).hasSize(100);
        assertThat(two.tables.shadows).isEmpty();
    }

    @Test
    void what_a_node_finds_at_its_start_of_one_that_is_dead_becomes_its_own() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.kill(two);
        nodes.kill(one);
        nodes.start(two, true);
        nodes.run(Duration.ofSeconds(1));
        assertThat(nodes.status(two).peers().get(one.id).shadows()).isEqualTo(100);
        assertThat(two.tables.own).isEmpty(); // the other one may be on its way

        nodes.run(Duration.ofSeconds(30));
        assertThat(two.tables.own).hasSize(100);
        assertThat(two.tables.shadows).isEmpty();
        assertThat(nodes.status(two).peers()).isEmpty();
    }

    @Test
    void what_nodes_find_at_their_start_of_one_that_is_dead_they_share() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        SideBySide.Node three = nodes.add("lb-3");
        IntStream.range(0, 1_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        List.of(two, three, one).forEach(nodes::kill);
        nodes.start(two, true);
        nodes.start(three, true);
        nodes.run(Duration.ofSeconds(31));

        assertThat(two.tables.own).hasSizeBetween(400, 600);
        assertThat(two.tables.shadows.keySet())
                .isEqualTo(three.tables.own.keySet())
                .hasSize(1_000 - two.tables.own.size());
    }

    @Test
    void a_node_that_says_goodbye_and_comes_back_keeps_its_flows() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.leave(one);
        nodes.run(Duration.ofSeconds(20));
        two.packet(7); // which comes by the other way now
        nodes.start(one, true);
        nodes.run(Duration.ofSeconds(60));

        assertThat(two.tables.own.keySet()).containsExactly(SideBySide.key(7));
        assertThat(two.tables.shadows).hasSize(99);
        assertThat(one.tables.own).hasSize(99);
    }

    @Test
    void the_flows_of_a_node_that_says_goodbye_and_stays_away_are_shared_after_a_while() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        SideBySide.Node three = nodes.add("lb-3");
        IntStream.range(0, 1_000).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.leave(one);
        nodes.run(Duration.ofSeconds(29));
        assertThat(two.tables.own).isEmpty();

        nodes.run(Duration.ofSeconds(2));
        assertThat(two.tables.own).hasSizeBetween(400, 600);
        assertThat(two.tables.shadows.keySet())
                .isEqualTo(three.tables.own.keySet())
                .hasSize(1_000 - two.tables.own.size());
    }

    @Test
    void flows_that_a_node_has_lost_with_its_memory_live_on_at_a_peer_that_was_started_meanwhile() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.kill(two);
        nodes.kill(one);
        nodes.start(two, true);
        nodes.start(one, false);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.own).hasSize(100);
        assertThat(one.tables.shadows.keySet()).isEqualTo(two.tables.own.keySet());
    }

    @Test
    void flows_that_a_node_has_lost_with_its_memory_live_on_at_its_peer() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.restart(one, false);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.own).hasSize(100);
        assertThat(one.exchange.isInSync()).isTrue();
        assertThat(one.tables.shadows.keySet()).isEqualTo(two.tables.own.keySet());
    }

    @Test
    void flows_that_ended_while_the_process_was_dead_are_forgotten_by_its_peer() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        IntStream.range(0, 50).forEach(i -> one.tables.own.remove(SideBySide.key(i)));
        nodes.restart(one, true);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.own).isEmpty();
        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(50);
    }

    @Test
    void shadows_that_the_process_finds_at_its_start_are_those_of_now_when_it_is_in_sync() {
        SideBySide.Node one = nodes.add("lb-1");
        SideBySide.Node two = nodes.add("lb-2");
        IntStream.range(0, 100).forEach(one::open);
        nodes.run(Duration.ofSeconds(1));
        nodes.restart(two, true);
        IntStream.range(0, 30).forEach(one::close);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.exchange.isInSync()).isTrue();
        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(70);
    }

    @Test
    void the_lag_is_what_passes_from_the_event_to_the_answer() {
        SideBySide.Node one = nodes.add("lb-1");
        nodes.add("lb-2");
        nodes.run(Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            one.open(i);
            nodes.run(Duration.ofMillis(20));
        }

        ReplicationStatus status = nodes.status(one);
        assertThat(status.lagMedian()).isBetween(Duration.ofMillis(1), Duration.ofMillis(5));
        assertThat(status.lag99()).isBetween(status.lagMedian(), Duration.ofMillis(5));
    }

    private static Optional<NodeId> owner(SideBySide.Node node, int number) {
        return Optional.ofNullable(node.tables.shadows.get(SideBySide.key(number)))
                .map(Shadow::owner);
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
