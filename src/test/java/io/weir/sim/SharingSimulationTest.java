package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.testing.Seed;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nodes that begin or cease to share facts while they run. */
class SharingSimulationTest {

    private static final ProxyTarget TARGET = FactPlan.TARGETS.getFirst();

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");
    private static final NodeId THREE = new NodeId("lb-3");

    private static FactCluster three(Random random) {
        FactCluster cluster = new FactCluster(random, 3);
        cluster.world().faults(new Faults(0.3, 0.2, 100, 100));
        cluster.world().run(5_000);
        return cluster;
    }

    private static List<Boolean> drained(FactCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> node.engine().conditions().isDrained(TARGET))
                .toList();
    }

    @Test
    void a_node_that_shares_no_drains_any_more_takes_back_what_peers_began_and_is_not_waited_for() {
        Seed.times(100, random -> {
            FactCluster cluster = three(random);
            cluster.drain(ONE, TARGET);
            cluster.world().run(3_000);
            assertThat(drained(cluster)).containsExactly(true, true, true);

            cluster.node(TWO).carry(TARGET, 100);
            cluster.plan().share(TWO, true, true, false);
            cluster.world().run(300);
            assertThat(drained(cluster)).containsExactly(true, false, true);

            cluster.world().run(20_000);
            assertThat(cluster.node(ONE).engine().hasCompletedDrain(TARGET)).isTrue();
            assertThat(drained(cluster)).containsExactly(true, false, true);
        });
    }

    @Test
    void
            what_a_node_drained_while_it_did_not_share_drains_is_drained_everywhere_when_it_does_and_the_other_way_round() {
        Seed.times(100, random -> {
            FactCluster cluster = three(random);
            cluster.plan().share(TWO, true, true, false);
            cluster.world().run(3_000);
            boolean byTwo = random.nextBoolean();
            cluster.drain(byTwo ? TWO : ONE, TARGET);
            cluster.world().run(3_000);
            assertThat(drained(cluster)).containsExactly(!byTwo, byTwo, !byTwo);

            cluster.plan().share(TWO, true, true, true);
            cluster.world().run(3_000);
            assertThat(drained(cluster)).containsExactly(true, true, true);
        });
    }

    @Test
    void a_circuit_that_a_peer_opened_is_closed_where_circuits_are_shared_no_more_and_open_where_they_are_again() {
        Seed.times(100, random -> {
            FactCluster cluster = three(random);
            cluster.command(ONE, new Event.ForceCircuit(Optional.of("web"), TARGET.endpoint(), CircuitAction.OPEN));
            cluster.world().run(1_500);
            cluster.plan().share(TWO, true, false, true);
            cluster.world().run(500);
            assertThat(circuits(cluster)).containsExactly(true, false, true);

            cluster.plan().share(TWO, true, true, true);
            cluster.world().run(500);
            assertThat(circuits(cluster)).containsExactly(true, true, true);
        });
    }

    /** Whether it is open. */
    private static List<Boolean> circuits(FactCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> node.engine().circuit(TARGET) instanceof Circuit.Open)
                .toList();
    }

    @Test
    void a_target_that_one_node_alone_sees_fail_is_out_nowhere_else_when_that_node_shares_health_no_more() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            NodeId witness = cluster.seenToFail(TARGET, 1);
            cluster.plan().share(witness, false, true, true);
            cluster.world().run(6_000);
            assertThat(healthy(cluster)).containsExactly(false, true, true);

            cluster.plan().share(witness, true, true, true);
            cluster.world().run(3_000);
            assertThat(healthy(cluster)).containsExactly(false, false, false);
        });
    }

    @Test
    void a_node_that_shares_health_no_more_goes_by_its_own_checks() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.seenToFail(TARGET, 1);
            cluster.plan().share(THREE, false, true, true);
            cluster.world().run(300);
            assertThat(cluster.node(THREE).isHealthy(TARGET)).isTrue();

            cluster.plan().flip(THREE, TARGET);
            cluster.world().run(4_000);
            assertThat(healthy(cluster)).containsExactly(false, false, false);
        });
    }

    private static List<Boolean> healthy(FactCluster cluster) {
        return cluster.nodes().stream().map(node -> node.isHealthy(TARGET)).toList();
    }

    @Test
    void whatever_is_shared_and_happens_meanwhile_all_agree_once_all_is_shared() {
        Seed.timesInParallel(500, random -> {
            FactCluster cluster = new FactCluster(random, 2 + random.nextInt(3));
            cluster.world().faults(random.nextBoolean() ? Faults.BAD : Faults.NONE);
            Chaos.unleash(cluster.world(), random.nextInt(3), 8_000);
            for (int i = 0; i < 8; i++) {
                cluster.world().in(random.nextInt(8_000), cluster::happen);
                cluster.world()
                        .in(
                                random.nextInt(8_000),
                                () -> cluster.plan()
                                        .share(
                                                cluster.anyNode(),
                                                random.nextBoolean(),
                                                random.nextBoolean(),
                                                random.nextBoolean()));
            }
            cluster.world().run(8_000);
            cluster.quiet();
            cluster.assertAllAgree();
        });
    }
}
