package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Shadow;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose a flow is, when its packets come by another node, and when a node goes and comes back. */
class FlowOwnersTest {

    private final SideBySide nodes = new SideBySide();
    private final SideBySide.Node one = nodes.add("lb-1");
    private final SideBySide.Node two = nodes.add("lb-2");

    @Test
    void what_is_held_for_a_node_that_comes_back_and_shares_no_flows_is_forgotten_and_nobodys() {
        nodes.carry(one, 100);
        nodes.leave(one);
        nodes.run(Duration.ofSeconds(20));
        assertThat(two.tables.shadows).hasSize(100);

        nodes.startUnshared(one);
        nodes.run(Duration.ofMillis(10));
        assertThat(two.tables.shadows).isEmpty();
        assertThat(two.exchange.isInSync()).isTrue();

        nodes.run(Duration.ofSeconds(60));
        assertThat(two.tables.own).isEmpty();
        assertThat(nodes.status(two).peers().get(one.id).told()).isFalse();
    }

    @Test
    void what_another_carries_is_held_for_that_one_when_a_node_shares_no_flows_any_more() {
        SideBySide.Node three = nodes.add("lb-3");
        nodes.carry(one, 100);
        for (int second = 0; second < 3; second++) {
            three.packet(7);
            one.packet(7); // so both carry it, and who told last is held to be its owner
            nodes.run(Duration.ofSeconds(1));
        }
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.shadows.keySet())
                .containsExactly(SideBySide.key(7))
                .isEqualTo(three.tables.own.keySet());
    }

    @Test
    void a_node_that_shares_no_flows_is_in_sync_again_when_its_word_was_lost() {
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(1));
        two.exchange.frame(one.id, new byte[] {FlowFrameWriter.VERSION, 0}, nodes.now());
        assertThat(two.exchange.isInSync()).isFalse();

        nodes.run(Duration.ofSeconds(2));
        assertThat(two.exchange.isInSync()).isTrue();
        assertThat(nodes.status(two).peers().get(one.id).restarts()).isLessThan(3);
    }

    @Test
    void beside_a_node_that_shares_no_flows_none_is_protected() {
        nodes.carry(two, 50);
        assertThat(nodes.status(two).unprotected()).isZero();
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(5));

        assertThat(nodes.status(two).unprotected()).isEqualTo(50);
    }

    @Test
    void a_node_that_shares_flows_again_has_them_held_again() {
        nodes.carry(one, 100);
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(1));
        nodes.restart(one, true);
        nodes.run(Duration.ofSeconds(2));

        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(100);
        assertThat(two.exchange.isInSync()).isTrue();
        assertThat(nodes.status(two).unprotected()).isZero();
    }

    @Test
    void a_flow_whose_packets_all_come_by_another_node_is_given_up_to_it() {
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
        SideBySide.Node three = nodes.add("lb-3");
        nodes.carry(one, 1_000);
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
        SideBySide.Node three = nodes.add("lb-3");
        SideBySide.Node four = nodes.add("lb-4");
        nodes.carry(one, 1_000);
        nodes.kill(one, two, Duration.ofSeconds(1));
        nodes.run(Duration.ofSeconds(1));

        assertThat(three.tables.own).hasSizeBetween(400, 600);
        assertThat(four.tables.own).hasSize(1_000 - three.tables.own.size());
        assertThat(three.tables.shadows.keySet()).isEqualTo(four.tables.own.keySet());
        assertThat(four.tables.shadows.keySet()).isEqualTo(three.tables.own.keySet());
    }

    @Test
    void what_no_survivor_claims_is_claimed_by_all_in_the_end() {
        nodes.carry(one, 100);
        nodes.kill(one, Set.of(two.id, new NodeId("lb-3"))); // whom this one has never met
        nodes.run(Duration.ofSeconds(1));
        assertThat(two.tables.own).hasSizeBetween(20, 80);

        nodes.run(Duration.ofSeconds(60));
        assertThat(two.tables.own).hasSize(100);
        assertThat(two.tables.shadows).isEmpty();
    }

    @Test
    void what_a_node_finds_at_its_start_of_one_that_is_dead_becomes_its_own() {
        nodes.carry(one, 100);
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
        SideBySide.Node three = nodes.add("lb-3");
        nodes.carry(one, 1_000);
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
        nodes.carry(one, 100);
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
        SideBySide.Node three = nodes.add("lb-3");
        nodes.carry(one, 1_000);
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
        nodes.carry(one, 100);
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
        nodes.carry(one, 100);
        nodes.restart(one, false);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.own).hasSize(100);
        assertThat(one.exchange.isInSync()).isTrue();
        assertThat(one.tables.shadows.keySet()).isEqualTo(two.tables.own.keySet());
    }

    @Test
    void flows_that_ended_while_the_process_was_dead_are_forgotten_by_its_peer() {
        nodes.carry(one, 100);
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
        nodes.carry(one, 100);
        nodes.restart(two, true);
        IntStream.range(0, 30).forEach(one::close);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.exchange.isInSync()).isTrue();
        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(70);
    }

    private static Optional<NodeId> owner(SideBySide.Node node, int number) {
        return Optional.ofNullable(node.tables.shadows.get(SideBySide.key(number)))
                .map(Shadow::owner);
    }
}
