package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Facts under everything that can happen to a cluster, from ten thousand seeds. */
class FactSimulationTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 10_000);

    @Test
    void whatever_happens_all_agree_once_it_is_quiet() {
        LongAdder steps = new LongAdder();
        long began = System.nanoTime();
        Seed.timesInParallel(SEEDS, random -> {
            FactCluster cluster = storm(random);
            cluster.assertAllAgree();
            steps.add(cluster.world().steps());
        });
        System.out.printf("%,d seeds, %,d steps, %.1f s%n", SEEDS, steps.sum(), (System.nanoTime() - began) / 1e9);
    }

    private static FactCluster storm(Random random) {
        FactCluster cluster = new FactCluster(
                random, 2 + random.nextInt(3), random.nextInt(3) == 0 ? OptionalInt.of(2) : OptionalInt.empty());
        cluster.world().faults(random.nextBoolean() ? Faults.BAD : Faults.NONE);
        Chaos.unleash(cluster.world(), 1 + random.nextInt(6), 8_000);
        for (int i = random.nextInt(10); i >= 0; i--) {
            cluster.world().in(random.nextInt(8_000), cluster::happen);
        }
        cluster.world().run(8_000);
        cluster.quiet();
        return cluster;
    }

    @Test
    void the_same_seed_gives_the_same_steps_facts_and_draws_again() {
        long first = Seed.pick();
        for (long seed = first; seed < first + 10; seed++) {
            assertThat(told(Seed.random(seed))).as(Seed.replay(seed)).isEqualTo(told(Seed.random(seed)));
        }
    }

    private static List<Object> told(Random random) {
        FactCluster cluster = storm(random);
        return List.of(
                cluster.world().steps(), cluster.nodes().getFirst().exchange().facts(), random.nextLong());
    }

    @Test
    void a_circuit_opened_anywhere_is_open_everywhere_within_a_second() {
        Seed.times(200, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().faults(new Faults(0.3, 0.2, 100, 100));
            cluster.world().run(5_000);
            ProxyTarget target = cluster.anyTarget();
            cluster.command(
                    cluster.anyNode(),
                    new Event.ForceCircuit(Optional.of("web"), target.endpoint(), CircuitAction.OPEN));
            cluster.world().run(1_000);

            assertThat(cluster.nodes())
                    .allSatisfy(
                            node -> assertThat(node.engine().circuit(target)).isInstanceOf(Circuit.Open.class));
        });
    }

    @Test
    void a_drain_is_completed_nowhere_before_the_last_connection_has_ended_everywhere() {
        Seed.times(300, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().faults(new Faults(0.3, 0.2, 300, 100));
            cluster.world().run(10_000);
            ProxyTarget target = cluster.anyTarget();
            cluster.drain(cluster.anyNode(), target);
            cluster.watchDrain(target, 200);
            cluster.assertAllHaveCompletedDrain(target);
        });
    }

    @Test
    void a_drain_waits_for_connections_of_the_dead_until_the_living_have_claimed_them() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().run(10_000);
            ProxyTarget target = cluster.anyTarget();
            NodeId victim = cluster.anyNode();
            cluster.node(victim).carry(target, 30);
            cluster.drain(cluster.anyNode(), target);
            cluster.world().run(3_000);
            cluster.die(victim);
            cluster.watchDrain(target, 400);
            cluster.assertAllHaveCompletedDrain(target);
        });
    }

    @Test
    void a_drain_that_begins_anew_counts_anew() {
        Seed.times(300, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().faults(new Faults(0.3, 0.2, 300, 100));
            cluster.world().run(10_000);
            ProxyTarget target = cluster.anyTarget();
            for (int i = 0; i < 3; i++) {
                cluster.drain(cluster.anyNode(), target);
                cluster.watchDrain(target, 40);
                cluster.nodes().forEach(node -> node.command(new Event.Undrain(Optional.empty(), target.endpoint())));
                cluster.world().run(2_500);
            }
        });
    }

    @Test
    void a_target_is_in_again_when_the_only_one_that_saw_it_fail_does_not_check_it_any_more() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            NodeId witness = cluster.seenToFail(FactPlan.TARGETS.getLast(), 1);

            cluster.plan().configure(witness, false);
            cluster.world().run(3_000);
            assertThat(cluster.nodes())
                    .allMatch(node ->
                            node == cluster.node(witness) || node.engine().serves(FactPlan.TARGETS.getLast()));
        });
    }

    @Test
    void a_target_stays_out_while_another_one_sees_it_fail_too() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            NodeId witness = cluster.seenToFail(FactPlan.TARGETS.getLast(), 2);

            cluster.plan().configure(witness, false);
            cluster.world().run(3_000);
            assertThat(cluster.nodes())
                    .noneMatch(node ->
                            node != cluster.node(witness) && node.engine().serves(FactPlan.TARGETS.getLast()));
        });
    }

    @Test
    void a_drain_does_not_wait_for_the_dead() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().run(10_000);
            NodeId victim = cluster.anyNode();
            ProxyTarget target = cluster.anyTarget();
            cluster.world().kill(victim);
            NodeId survivor = cluster.world().running().iterator().next();
            cluster.command(
                    survivor,
                    new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
            cluster.world().run(30_000);

            assertThat(cluster.node(survivor).engine().hasCompletedDrain(target))
                    .isTrue();
        });
    }

    @Test
    void the_word_of_the_dead_stands_until_the_checks_of_the_living_say_otherwise() {
        Seed.times(100, random -> {
            FactCluster cluster = new FactCluster(random, 3);
            cluster.world().run(5_000);
            NodeId witness = cluster.anyNode();
            ProxyTarget target = cluster.anyTarget();
            cluster.plan().flip(witness, target);
            cluster.world().run(3_500);
            assertThat(cluster.nodes())
                    .noneSatisfy(
                            node -> assertThat(node.engine().serves(target)).isTrue());

            cluster.world().kill(witness);
            cluster.world().run(700);
            assertThat(cluster.nodes())
                    .noneSatisfy(
                            node -> assertThat(node.engine().serves(target)).isTrue());
            cluster.world().run(10_000);
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(node.engine().serves(target)).isTrue());
        });
    }
}
