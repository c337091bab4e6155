package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.facts.Checks;
import io.weir.cluster.link.LinkRefusal;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.engine.Event.HealthChanged.Checked;
import io.weir.engine.Tallies;
import io.weir.lab.Await;
import io.weir.model.Cluster;
import io.weir.model.Cluster.Sync;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.policy.HealthTrack.Status;
import io.weir.testing.MemoryDataplane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes, each with an engine and a membership of its own, over loopback. */
class SharedFactsTest {

    private static final Endpoint ENDPOINT = MemoryDataplane.FIRST;
    private static final ProxyTarget TARGET = new ProxyTarget("web", ENDPOINT);

    private final List<Node> nodes = new ArrayList<>();
    private Fabric fabric;

    /** All that a node needs to share facts. */
    private static final class Node implements AutoCloseable {
        private final AtomicLong connections = new AtomicLong();
        private final Set<ProxyTarget> checkedAnew = ConcurrentHashMap.newKeySet();
        private final SharedFacts facts;
        private final Engine engine;

        Node(Membership membership) {
            facts = new SharedFacts(membership.self(), Cluster.DEFAULT);
            engine = new Engine(new MemoryDataplane(), _ -> connections.get(), Tallies.NONE, facts).start();
            facts.start(membership, engine, new Checks() {
                @Override
                public void checkAnew(Set<ProxyTarget> targets) {
                    checkedAnew.addAll(targets);
                }

                @Override
                public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {}
            });
            engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
            engine.submit(new Event.Apply(MemoryDataplane.TWO_TARGETS)).join();
        }

        int weight() {
            return engine.snapshot().proxies().getFirst().targets().getFirst().weight();
        }

        String why() {
            return engine.snapshot()
                    .proxies()
                    .getFirst()
                    .targets()
                    .getFirst()
                    .reason()
                    .text();
        }

        @Override
        public void close() {
            facts.close();
            engine.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        fabric = new Fabric(3);
        for (int i = 1; i <= 3; i++) {
            nodes.add(new Node(fabric.start(i)));
        }
        Await.until("all meet", () -> fabric.agree(1, 2, 3));
        Await.until(
                "all have drawn the facts of all",
                () -> nodes.stream()
                        .allMatch(node ->
                                node.facts.isReady() && node.facts.undrawn().isEmpty()));
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(Node::close);
        fabric.close();
    }

    @Test
    void a_drain_on_one_node_drains_on_all_and_is_over_when_the_last_of_them_has_no_connection_left() {
        nodes.get(1).connections.set(3);
        nodes.get(0)
                .engine
                .submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.empty()))
                .join();
        Await.until("all are drained", () -> nodes.stream().allMatch(node -> node.weight() == 0));
        Await.until("the first knows what is left on the second", () -> drain(0).contains("3 of 3"));
        assertThat(drain(0)).startsWith("DRAINING");

        nodes.get(1).connections.set(0);
        Await.until("the drain is over", () -> drain(0).startsWith("COMPLETED"));

        nodes.get(2)
                .engine
                .submit(new Event.Undrain(Optional.empty(), ENDPOINT))
                .join();
        Await.until("all serve again", () -> nodes.stream().allMatch(node -> node.weight() > 0));
    }

    @Test
    void what_one_node_drains_while_it_does_not_share_drains_is_drained_on_all_when_it_does() {
        nodes.get(0).facts.share(new Sync(true, true, false, true, OptionalInt.empty()));
        nodes.get(0)
                .engine
                .submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.empty()))
                .join();
        assertThat(nodes.get(0).facts.facts()).isEmpty();

        nodes.get(0).facts.share(Sync.DEFAULT);
        Await.until("all are drained", () -> nodes.stream().allMatch(node -> node.weight() == 0));
    }

    private String drain(int node) {
        return nodes.get(node)
                .engine
                .snapshot()
                .conditions()
                .drain(TARGET)
                .map(drain -> drain.state() + " " + drain.current() + " of " + drain.initial())
                .orElse("none");
    }

    @Test
    void a_circuit_opened_on_one_node_is_open_on_all_and_closed_where_it_is_closed() {
        nodes.get(0)
                .engine
                .submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.OPEN))
                .join();
        Await.until("all are cut off", () -> nodes.stream().allMatch(node -> node.weight() == 0));
        assertThat(nodes.get(2).why()).isEqualTo("circuit open: opened by the operator (seen by lb-1)");

        nodes.get(2)
                .engine
                .submit(new Event.ForceCircuit(Optional.empty(), ENDPOINT, CircuitAction.CLOSE))
                .join();
        Await.until("all serve again", () -> nodes.stream().allMatch(node -> node.weight() > 0));
    }

    @Test
    void what_one_node_sees_fail_is_checked_anew_by_the_others_when_it_is_dead() {
        healthIs(1, Status.HEALTHY, "");
        healthIs(2, Status.HEALTHY, "");
        healthIs(0, Status.UNHEALTHY, "connection refused");
        Await.until("all know", () -> nodes.stream().allMatch(node -> node.weight() == 0));
        assertThat(nodes.get(1).why()).isEqualTo("unhealthy: connection refused (seen by lb-1)");

        fabric.kill(1);
        Await.until(
                "the living check it anew",
                () -> nodes.get(1).checkedAnew.contains(TARGET)
                        && nodes.get(2).checkedAnew.contains(TARGET));
        assertThat(nodes.get(1).weight()).isZero();

        healthIs(1, Status.HEALTHY, "");
        Await.until(
                "the living serve again",
                () -> nodes.get(1).weight() > 0 && nodes.get(2).weight() > 0);
    }

    @Test
    void a_target_that_is_not_checked_any_more_where_it_failed_has_its_weight_again() {
        healthIs(0, Status.UNHEALTHY, "connection refused");
        Await.until("all know", () -> nodes.stream().allMatch(node -> node.weight() == 0));

        nodes.get(0).engine.tell(new Event.HealthChanged(Map.of(TARGET, Optional.empty())));
        Await.until("all serve again", () -> nodes.stream().allMatch(node -> node.weight() > 0));
    }

    private void healthIs(int node, Status status, String error) {
        nodes.get(node).engine.tell(new Event.HealthChanged(Map.of(TARGET, Optional.of(new Checked(status, error)))));
    }

    @Test
    void what_is_said_by_hand_holds_everywhere() {
        assertThat(nodes.get(0).facts.broadcast(new Decision.Checked(TARGET, false, "being repaired")))
                .isTrue();
        Await.until("all know", () -> nodes.stream().allMatch(node -> node.weight() == 0));
        assertThat(nodes.get(0).why()).isEqualTo("unhealthy: being repaired");
    }

    @Test
    void an_exchange_with_all_that_was_asked_for_comes_to_an_end() {
        nodes.get(0).facts.exchangeWithAll();
        Await.until("all have answered", () -> nodes.get(0).facts.undrawn().isEmpty());
        assertThat(nodes.get(0).facts.counts().agreed()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void sides_of_a_partition_agree_again_when_it_heals() {
        fabric.cut(1, 2);
        fabric.cut(1, 3);
        Await.until("they part", () -> fabric.agree(2, 3));
        nodes.get(0)
                .engine
                .submit(new Event.StartDrain(Optional.empty(), ENDPOINT, Optional.empty()))
                .join();
        nodes.get(2)
                .engine
                .submit(new Event.ForceCircuit(Optional.empty(), Endpoint.of("10.0.0.2", 80), CircuitAction.OPEN))
                .join();

        fabric.heal();
        Await.until("all know the same", () -> {
            Set<Object> known = new HashSet<>();
            nodes.forEach(node -> known.add(node.facts.facts()));
            return known.size() == 1 && nodes.getFirst().facts.facts().size() == 2;
        });
        Await.until("all are drained", () -> nodes.stream().allMatch(node -> node.weight() == 0));
    }

    @Test
    void a_frame_that_holds_no_facts_is_refused_where_it_came_in_and_one_of_another_version_is_passed_over() {
        NodeId peer = fabric.node(2).self();
        assertThat(fabric.node(1).sendFacts(peer, new byte[] {1, 9, 9})).isTrue();
        Await.until(
                "the other version was counted",
                () -> nodes.get(1).facts.counts().otherVersion() == 1);
        assertThat(fabric.node(2).refused(LinkRefusal.MALFORMED)).isZero();

        assertThat(fabric.node(1).sendFacts(peer, new byte[] {2, 99})).isTrue();
        Await.until("the malformed one was counted", () -> fabric.node(2).refused(LinkRefusal.MALFORMED) == 1);
        assertThat(nodes.get(1).facts.counts().malformed()).isEqualTo(1);
    }
}
