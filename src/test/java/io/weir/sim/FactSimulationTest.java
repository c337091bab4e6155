package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.facts.FactKey;
import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.SharedFact;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Facts under everything that can happen to a cluster, from ten thousand seeds. */
class FactSimulationTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 10_000);
    private static final int TICK_MS = 150;

    /** Two exchanges with a peer, and what it takes to meet, to notice deaths and to try circuits again. */
    private static final long UNTIL_AGREED_MS = 2 * FactNode.PUSH_PULL.toMillis() + 14_000;

    private static final class Cluster {
        private final World world;
        private final FactPlan plan;

        Cluster(Random random, int nodes) {
            world = Seed.isGiven() ? new World(random, TICK_MS).traced() : new World(random, TICK_MS);
            plan = new FactPlan(world);
            for (int i = 1; i <= nodes; i++) {
                world.add(new NodeId("lb-" + i), host -> new FactNode(host, plan));
            }
        }

        List<FactNode> nodes() {
            List<FactNode> nodes = new ArrayList<>();
            world.running().forEach(id -> nodes.add(node(id)));
            return nodes;
        }

        FactNode node(NodeId id) {
            return (FactNode) world.process(id).orElseThrow();
        }

        NodeId anyNode() {
            List<NodeId> all = List.copyOf(world.all());
            return all.get(world.random().nextInt(all.size()));
        }

        ProxyTarget anyTarget() {
            return FactPlan.TARGETS.get(world.random().nextInt(FactPlan.TARGETS.size()));
        }

        /** Somebody does something, somewhere. */
        void happen() {
            NodeId id = anyNode();
            ProxyTarget target = anyTarget();
            Optional<String> proxy = Optional.of(target.proxy());
            switch (world.random().nextInt(8)) {
                case 0, 1 ->
                    command(id, new Event.StartDrain(proxy, target.endpoint(), Optional.of(Duration.ofSeconds(5))));
                case 2, 3 -> command(id, new Event.Undrain(proxy, target.endpoint()));
                case 4 -> command(id, new Event.ForceCircuit(proxy, target.endpoint(), CircuitAction.OPEN));
                case 5 -> command(id, new Event.ForceCircuit(proxy, target.endpoint(), CircuitAction.CLOSE));
                case 6 -> plan.flip(id, target);
                default -> plan.configure(id, world.random().nextBoolean());
            }
        }

        /** What it carries is for others to claim. */
        void die(NodeId id) {
            plan.orphan(id, node(id).connections());
            world.kill(id);
        }

        void command(NodeId id, Event.Command command) {
            world.note(() -> id + ": " + command);
            world.process(id).ifPresent(node -> ((FactNode) node).command(command));
        }

        /** All is mended; then until all agree, as long as that may take. */
        void quiet() {
            plan.mend();
            world.quiet(3_000);
            for (long left = UNTIL_AGREED_MS - 3_000; left > 0 && !isAgreed(); left -= 500) {
                world.run(500);
            }
        }

        private boolean isAgreed() {
            Map<FactKey, SharedFact> facts = nodes().getFirst().exchange().facts();
            return nodes().stream()
                    .allMatch(node ->
                            node.exchange().isReady() && node.exchange().facts().equals(facts));
        }

        /** By so many; one of them. */
        NodeId seenToFail(ProxyTarget target, int witnesses) {
            world.run(5_000);
            List<NodeId> all = List.copyOf(world.all());
            all.subList(0, witnesses).forEach(node -> plan.flip(node, target));
            world.run(3_500);
            assertThat(nodes()).noneMatch(node -> node.engine().serves(target));
            return all.getFirst();
        }

        void assertNoneIsCompletedTooEarly(ProxyTarget target) {
            boolean isCompleted =
                    nodes().stream().anyMatch(node -> node.engine().hasCompletedDrain(target));
            long left = plan.orphans(target)
                    + nodes().stream()
                            .mapToLong(node -> node.connections(target))
                            .sum();
            assertThat(isCompleted && left > 0)
                    .as("%d connections left%s", left, world.history())
                    .isFalse();
        }

        void assertAllAgree() {
            Map<FactKey, SharedFact> facts = nodes().getFirst().exchange().facts();
            for (FactNode node : nodes()) {
                assertThat(node.exchange().facts())
                        .as("facts%s", world.history())
                        .isEqualTo(facts);
                assertThat(node.exchange().isReady()).isTrue();
                for (ProxyTarget target : FactPlan.TARGETS) {
                    assertThat(node.engine().conditions().isDrained(target))
                            .as("drain of %s%s", target, world.history())
                            .isEqualTo(nodes().getFirst().engine().conditions().isDrained(target));
                }
            }
        }
    }

    @Test
    void whatever_happens_all_agree_once_it_is_quiet() {
        LongAdder steps = new LongAdder();
        long began = System.nanoTime();
        Seed.timesInParallel(SEEDS, random -> {
            Cluster cluster = new Cluster(random, 2 + random.nextInt(3));
            cluster.world.faults(random.nextBoolean() ? Faults.BAD : Faults.NONE);
            Chaos.unleash(cluster.world, 1 + random.nextInt(6), 8_000);
            for (int i = random.nextInt(10); i >= 0; i--) {
                cluster.world.in(random.nextInt(8_000), cluster::happen);
            }
            cluster.world.run(8_000);
            cluster.quiet();
            cluster.assertAllAgree();
            steps.add(cluster.world.steps());
        });
        System.out.printf("%,d seeds, %,d steps, %.1f s%n", SEEDS, steps.sum(), (System.nanoTime() - began) / 1e9);
    }

    @Test
    void a_circuit_opened_anywhere_is_open_everywhere_within_a_second() {
        Seed.times(200, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.faults(new Faults(0.3, 0.2, 100, 100));
            cluster.world.run(5_000);
            ProxyTarget target = cluster.anyTarget();
            cluster.command(
                    cluster.anyNode(),
                    new Event.ForceCircuit(Optional.of("web"), target.endpoint(), CircuitAction.OPEN));
            cluster.world.run(1_000);

            assertThat(cluster.nodes())
                    .allSatisfy(
                            node -> assertThat(node.engine().circuit(target)).isInstanceOf(Circuit.Open.class));
        });
    }

    @Test
    void a_drain_is_completed_nowhere_before_the_last_connection_has_ended_everywhere() {
        Seed.times(300, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.faults(new Faults(0.3, 0.2, 300, 100));
            cluster.world.run(10_000);
            ProxyTarget target = cluster.anyTarget();
            cluster.command(
                    cluster.anyNode(),
                    new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
            for (int i = 0; i < 200; i++) {
                cluster.world.run(100);
                cluster.assertNoneIsCompletedTooEarly(target);
            }
            assertThat(cluster.nodes())
                    .allSatisfy(node ->
                            assertThat(node.engine().hasCompletedDrain(target)).isTrue());
        });
    }

    @Test
    void a_drain_waits_for_connections_of_the_dead_until_the_living_have_claimed_them() {
        Seed.times(200, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.run(10_000);
            ProxyTarget target = cluster.anyTarget();
            NodeId victim = cluster.anyNode();
            cluster.node(victim).carry(target, 30);
            cluster.command(
                    cluster.anyNode(),
                    new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
            cluster.world.run(3_000);
            cluster.die(victim);
            for (int i = 0; i < 400; i++) {
                cluster.world.run(100);
                cluster.assertNoneIsCompletedTooEarly(target);
            }
            assertThat(cluster.nodes())
                    .allSatisfy(node ->
                            assertThat(node.engine().hasCompletedDrain(target)).isTrue());
        });
    }

    @Test
    void a_drain_that_begins_anew_counts_anew() {
        Seed.times(300, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.faults(new Faults(0.3, 0.2, 300, 100));
            cluster.world.run(10_000);
            ProxyTarget target = cluster.anyTarget();
            for (int i = 0; i < 3; i++) {
                cluster.command(
                        cluster.anyNode(),
                        new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
                for (int j = 0; j < 40; j++) {
                    cluster.world.run(100);
                    cluster.assertNoneIsCompletedTooEarly(target);
                }
                cluster.nodes().forEach(node -> node.command(new Event.Undrain(Optional.empty(), target.endpoint())));
                cluster.world.run(2_500);
            }
        });
    }

    @Test
    void a_target_is_in_again_when_the_only_one_that_saw_it_fail_does_not_check_it_any_more() {
        Seed.times(100, random -> {
            Cluster cluster = new Cluster(random, 3);
            NodeId witness = cluster.seenToFail(FactPlan.TARGETS.getLast(), 1);

            cluster.plan.configure(witness, false);
            cluster.world.run(3_000);
            assertThat(cluster.nodes())
                    .allMatch(node ->
                            node == cluster.node(witness) || node.engine().serves(FactPlan.TARGETS.getLast()));
        });
    }

    @Test
    void a_target_stays_out_while_another_one_sees_it_fail_too() {
        Seed.times(100, random -> {
            Cluster cluster = new Cluster(random, 3);
            NodeId witness = cluster.seenToFail(FactPlan.TARGETS.getLast(), 2);

            cluster.plan.configure(witness, false);
            cluster.world.run(3_000);
            assertThat(cluster.nodes())
                    .noneMatch(node ->
                            node != cluster.node(witness) && node.engine().serves(FactPlan.TARGETS.getLast()));
        });
    }

    @Test
    void a_drain_does_not_wait_for_the_dead() {
        Seed.times(100, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.run(10_000);
            NodeId victim = cluster.anyNode();
            ProxyTarget target = cluster.anyTarget();
            cluster.world.kill(victim);
            NodeId survivor = cluster.world.running().iterator().next();
            cluster.command(
                    survivor,
                    new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
            cluster.world.run(30_000);

            assertThat(cluster.node(survivor).engine().hasCompletedDrain(target))
                    .isTrue();
        });
    }

    @Test
    void the_word_of_the_dead_stands_until_the_checks_of_the_living_say_otherwise() {
        Seed.times(100, random -> {
            Cluster cluster = new Cluster(random, 3);
            cluster.world.run(5_000);
            NodeId witness = cluster.anyNode();
            ProxyTarget target = cluster.anyTarget();
            cluster.plan.flip(witness, target);
            cluster.world.run(3_500);
            assertThat(cluster.nodes())
                    .noneSatisfy(
                            node -> assertThat(node.engine().serves(target)).isTrue());

            cluster.world.kill(witness);
            cluster.world.run(700);
            assertThat(cluster.nodes())
                    .noneSatisfy(
                            node -> assertThat(node.engine().serves(target)).isTrue());
            cluster.world.run(10_000);
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(node.engine().serves(target)).isTrue());
        });
    }
}
