package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.MembershipEvent.Died;
import io.weir.cluster.MembershipEvent.Left;
import io.weir.cluster.link.Keyring;
import io.weir.cluster.link.LinkKind;
import io.weir.cluster.link.LinkRefusal;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.lab.Await;
import io.weir.model.NodeId;
import io.weir.model.Subscription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes of one process on loopback, over wires that can be cut. */
@Tag("cluster")
class MembershipTest {

    private static final Keyring OTHER_KEYS = Keyring.parse("keys", "02".repeat(32));

    private static void measured(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        Await.until(what, condition);
        System.out.printf("%s: %d ms%n", what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    @Test
    void three_nodes_join_one_dies_one_leaves_and_both_come_back() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            for (int i = 1; i <= 3; i++) {
                fabric.start(i);
            }
            measured("three nodes have joined", () -> fabric.agree(1, 2, 3));
            Subscription<MembershipEvent> events = fabric.node(1).subscribe(100);
            fabric.kill(3);
            measured("a node that was killed is dead", () -> fabric.agree(1, 2));
            assertThat(events.take(10))
                    .anyMatch(event -> event instanceof Died && event.node().equals(Fabric.name(3)));
            fabric.start(3);
            measured("it is back", () -> fabric.agree(1, 2, 3));
            fabric.node(2).close();
            measured("a node that stopped has left", () -> fabric.agree(1, 3));
            assertThat(events.take(10)).contains(new Left(Fabric.name(2)));
            fabric.start(2);
            measured("it is back again", () -> fabric.agree(1, 2, 3));
        }
    }

    @Test
    void a_node_that_is_started_again_within_moments_is_missed_by_nobody() throws IOException {
        try (Fabric fabric = new Fabric(2)) {
            fabric.start(1);
            fabric.start(2);
            Await.until("both have joined", () -> fabric.agree(1, 2));
            Subscription<MembershipEvent> events = fabric.node(1).subscribe(100);
            fabric.kill(2);
            Membership again = fabric.start(2);
            measured(
                    "the new start is known",
                    () -> fabric.node(1).members().stream()
                            .anyMatch(member -> member.boot().equals(again.boot())));
            assertThat(events.take(10)).noneMatch(Died.class::isInstance);
        }
    }

    @Test
    void a_node_of_another_name_at_the_address_of_one_that_was_killed_is_a_peer_like_any() throws IOException {
        try (Fabric fabric = new Fabric(2)) {
            fabric.start(1);
            fabric.start(2);
            Await.until("both have joined", () -> fabric.agree(1, 2));
            Set<String> heard = ConcurrentHashMap.newKeySet();
            fabric.kill(2);
            fabric.start(2, Fabric.name(3), Fabric.KEYS, Fabric.QUICK)
                    .onFacts((from, frame) -> heard.add(from + " " + frame[0]));
            Set<NodeId> expected = Set.of(Fabric.name(1), Fabric.name(3));
            measured(
                    "the one that is there is a member, the one before is not",
                    () -> fabric.node(1).present().equals(expected)
                            && fabric.node(2).present().equals(expected));
            Await.until("facts reach it", () -> {
                fabric.node(1).sendFacts(Fabric.name(3), new byte[] {7});
                return heard.contains("lb-1 7");
            });
        }
    }

    @Test
    void parts_of_a_cluster_that_took_each_other_for_dead_find_each_other_again() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            for (int i = 1; i <= 3; i++) {
                fabric.start(i);
            }
            Await.until("all have joined", () -> fabric.agree(1, 2, 3));
            fabric.cut(1, 3);
            fabric.cut(2, 3);
            measured("the parts take each other for dead", () -> fabric.agree(1, 2) && fabric.agree(3));
            fabric.heal();
            measured("all are members again", () -> fabric.agree(1, 2, 3));
        }
    }

    @Test
    void a_node_with_another_key_never_joins_and_is_counted() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            fabric.start(1);
            fabric.start(2);
            fabric.start(3, Fabric.name(3), OTHER_KEYS, Fabric.QUICK);
            Await.until("two have joined", () -> fabric.agree(1, 2));
            Await.until(
                    "both have refused the third",
                    () -> fabric.node(1).refused(LinkRefusal.NO_KEY) > 0
                            && fabric.node(2).refused(LinkRefusal.NO_KEY) > 0);
            assertThat(fabric.agree(1, 2) && fabric.agree(3)).isTrue();
        }
    }

    @Test
    void a_node_none_of_whose_seeds_answers_names_them_until_one_does() throws IOException {
        try (Fabric fabric = new Fabric(2)) {
            Membership first = fabric.start(1);
            Await.until("it says that it is alone", () -> first.alone().isPresent());
            String said = first.alone().orElseThrow();
            PeerAddress seed = fabric.start(2).members().getFirst().address();
            assertThat(said).startsWith("no seed answers: " + seed + " (");
            Await.until("both have joined", () -> fabric.agree(1, 2));
            Await.until("it is not alone any more", () -> first.alone().isEmpty());
        }
    }

    @Test
    void of_two_nodes_of_one_name_the_later_one_stays_out() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            fabric.start(1);
            fabric.start(2);
            Await.until("both have joined", () -> fabric.agree(1, 2));
            Membership later = fabric.start(3, Fabric.name(1), Fabric.KEYS, Fabric.QUICK);
            // Starts within seconds of each other are told apart by their ids: either may be the one.
            Await.until(
                    "one of them stays out",
                    () -> later.olderNamesake().isPresent()
                            || fabric.node(1).olderNamesake().isPresent());
            assertThat(later.olderNamesake().isPresent())
                    .isNotEqualTo(fabric.node(1).olderNamesake().isPresent());
        }
    }

    @Test
    void what_another_node_of_a_members_name_sends_is_not_taken_for_that_ones_word() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            Set<Byte> heard = ConcurrentHashMap.newKeySet();
            fabric.start(1);
            Membership second = fabric.start(2);
            second.onFacts((_, frame) -> heard.add(frame[0]));
            Await.until("both have joined", () -> fabric.agree(1, 2));
            PeerAddress there = second.members().getLast().address();
            try (Links clone = fabric.strange(3, Fabric.name(1))) {
                clone.start();
                clone.send(there, LinkKind.FACTS, new byte[] {1});
                Await.until("it is counted", () -> second.refused(LinkRefusal.UNWANTED) > 0);
                fabric.node(1).sendFacts(Fabric.name(2), new byte[] {2});
                Await.until("the member is heard", () -> heard.contains((byte) 2));
                assertThat(heard).doesNotContain((byte) 1);

                fabric.kill(1);
                Await.until("the name is nobody's", () -> fabric.agree(2));
                clone.send(there, LinkKind.FACTS, new byte[] {3});
                Await.until("it is heard", () -> heard.contains((byte) 3));
            }
        }
    }

    @Test
    void what_is_gossiped_reaches_everybody_once_or_more_and_facts_reach_whom_they_are_for() throws IOException {
        try (Fabric fabric = new Fabric(3)) {
            Set<String> heard = ConcurrentHashMap.newKeySet();
            for (int i = 1; i <= 3; i++) {
                int node = i;
                Membership membership = fabric.start(i);
                membership.onGossip(content ->
                        heard.add(node + " gossip " + ByteBuffer.wrap(content).getInt()));
                membership.onFacts((from, frame) -> heard.add(node + " from " + from + " " + frame[0]));
            }
            Await.until("all have joined", () -> fabric.agree(1, 2, 3));
            Set<String> wanted = new HashSet<>(List.of("2 from lb-1 7", "3 from lb-1 8"));
            for (int i = 0; i < 100; i++) {
                fabric.node(1).gossip(ByteBuffer.allocate(4).putInt(i).array());
                wanted.addAll(List.of("2 gossip " + i, "3 gossip " + i));
            }
            assertThat(fabric.node(1).sendFacts(Fabric.name(2), new byte[] {7})).isTrue();
            assertThat(fabric.node(1).sendFacts(Fabric.name(3), new byte[] {8})).isTrue();
            assertThat(fabric.node(1).sendFacts(Fabric.name(4), new byte[] {9})).isFalse();
            measured("all is heard", () -> heard.containsAll(wanted));
            assertThat(heard).isEqualTo(wanted);
        }
    }
}
