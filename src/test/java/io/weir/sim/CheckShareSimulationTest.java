package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.testing.Seed;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Targets that are checked by two nodes of several: found to fail as soon as by all, whoever dies or joins. */
class CheckShareSimulationTest {

    private static final int CHECKERS = 2;

    /** Two checks a second apart, the first of which may just have been made, and what it takes to tell. */
    private static final int DETECTED_MS = 3_500;

    /** A death, until the last has declared it, and to meet or to hear of it. */
    private static final int NOTICED_MS = 4_000;

    private static FactCluster cluster(Random random, int nodes) {
        FactCluster cluster = new FactCluster(random, nodes, OptionalInt.of(CHECKERS));
        cluster.world().run(10_000);
        return cluster;
    }

    @Test
    void each_target_is_checked_by_two_and_its_failure_known_to_all_as_soon_as_if_all_did() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 3 + random.nextInt(3));
            ProxyTarget target = cluster.anyTarget();
            assertThat(cluster.checkers(target)).hasSize(CHECKERS);
            cluster.plan().fail(target, true);
            cluster.world().run(DETECTED_MS);
            assertThat(cluster.nodes()).noneMatch(node -> node.engine().serves(target));

            cluster.plan().fail(target, false);
            cluster.world().run(DETECTED_MS + 11_000); // its circuit and its recovery have steps of their own
            assertThat(cluster.nodes()).allMatch(node -> node.isHealthy(target));
        });
    }

    @Test
    void one_of_the_two_is_enough_when_the_other_has_just_died() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            ProxyTarget target = cluster.anyTarget();
            cluster.world().kill(cluster.checkers(target).getFirst());
            cluster.plan().fail(target, true);
            cluster.world().run(DETECTED_MS);

            assertThat(cluster.nodes()).noneMatch(node -> node.engine().serves(target));
        });
    }

    @Test
    void others_take_over_when_both_have_died() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 5);
            ProxyTarget target = cluster.anyTarget();
            cluster.checkers(target).forEach(cluster.world()::kill);
            cluster.plan().fail(target, true);
            cluster.world().run(NOTICED_MS + DETECTED_MS);

            assertThat(cluster.checkers(target)).hasSize(CHECKERS);
            assertThat(cluster.nodes()).noneMatch(node -> node.engine().serves(target));
        });
    }

    @Test
    void a_target_that_fails_stays_out_whoever_takes_over_its_checks_and_comes_back_when_it_is_well() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            ProxyTarget target = cluster.anyTarget();
            cluster.plan().fail(target, true);
            cluster.world().run(DETECTED_MS);
            for (int i = 0; i < 100; i++) {
                if (i % 25 == 0) {
                    NodeId victim = cluster.checkers(target).getFirst();
                    cluster.world().kill(victim);
                    cluster.world().in(4_000, () -> cluster.world().restart(victim));
                }
                cluster.world().run(200);
                assertThat(cluster.nodes())
                        .as(
                                "at %d ms%s",
                                cluster.world().time(), cluster.world().history())
                        .noneMatch(node -> node.exchange().isReady()
                                && node.exchange().undrawn().isEmpty()
                                && node.isHealthy(target));
            }
            cluster.plan().fail(target, false);
            cluster.world().run(NOTICED_MS + DETECTED_MS);

            assertThat(cluster.nodes()).allMatch(node -> node.isHealthy(target));
        });
    }

    @Test
    void a_target_that_is_well_stays_in_whoever_takes_over_its_checks() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            List<ProxyTarget> targets = FactPlan.TARGETS;
            for (int i = 0; i < 100; i++) {
                if (i % 25 == 0) {
                    NodeId victim = cluster.anyNode();
                    cluster.world().kill(victim);
                    cluster.world().in(4_000, () -> cluster.world().restart(victim));
                }
                cluster.world().run(200);
                assertThat(cluster.nodes()).allMatch(node -> targets.stream().allMatch(node.engine()::serves));
            }
        });
    }

    @Test
    void what_is_said_by_hand_stands_where_others_check_the_target_and_when_who_said_it_is_dead() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            ProxyTarget target = cluster.anyTarget();
            List<NodeId> checkers = cluster.checkers(target);
            NodeId speaker = cluster.world().running().stream()
                    .filter(node -> !checkers.contains(node))
                    .findFirst()
                    .orElseThrow();
            cluster.node(speaker).say(new Decision.Checked(target, false, "its disk"));
            cluster.world().run(DETECTED_MS);
            assertThat(cluster.nodes()).noneMatch(node -> node.isHealthy(target));

            cluster.world().kill(speaker);
            cluster.world().run(NOTICED_MS + DETECTED_MS);
            assertThat(cluster.nodes()).noneMatch(node -> node.isHealthy(target));

            cluster.node(checkers.getFirst()).say(new Decision.Checked(target, true, ""));
            cluster.world().run(DETECTED_MS);
            assertThat(cluster.nodes()).allMatch(node -> node.isHealthy(target));
        });
    }

    @Test
    void a_node_that_reaches_nobody_checks_all_by_itself() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            NodeId lonely = cluster.anyNode();
            cluster.world().partition(Set.of(lonely));
            cluster.world().run(NOTICED_MS);
            assertThat(FactPlan.TARGETS).allMatch(cluster.node(lonely)::checks);
            ProxyTarget target = cluster.anyTarget();
            cluster.plan().fail(target, true);
            cluster.world().run(DETECTED_MS);

            assertThat(cluster.nodes()).noneMatch(node -> node.engine().serves(target));
        });
    }

    @Test
    void a_node_that_is_configured_otherwise_is_not_relied_on() {
        Seed.times(50, random -> {
            FactCluster cluster = cluster(random, 4);
            NodeId other = cluster.anyNode();
            cluster.plan().configure(other, false);
            cluster.world().run(1_000);
            ProxyTarget target = FactPlan.TARGETS.getLast();
            assertThat(cluster.checkers(target))
                    .filteredOn(node -> !node.equals(other))
                    .hasSize(CHECKERS);
            assertThat(FactPlan.TARGETS.subList(0, 2)).allMatch(cluster.node(other)::checks);
        });
    }
}
