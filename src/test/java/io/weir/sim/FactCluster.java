package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.facts.FactKey;
import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Nodes that share facts, and what is true around them. */
final class FactCluster {

    private static final int TICK_MS = 150;

    /** Two exchanges with a peer, and what it takes to meet, to notice deaths and to try circuits again. */
    private static final long UNTIL_AGREED_MS = 2 * FactNode.PUSH_PULL.toMillis() + 14_000;

    private final World world;
    private final FactPlan plan;

    FactCluster(Random random, int nodes) {
        this(random, nodes, OptionalInt.empty());
    }

    /** @param checkers how many nodes check each target */
    FactCluster(Random random, int nodes, OptionalInt checkers) {
        world = Seed.isGiven() ? new World(random, TICK_MS).traced() : new World(random, TICK_MS);
        plan = new FactPlan(world, checkers);
        for (int i = 1; i <= nodes; i++) {
            world.add(new NodeId("lb-" + i), host -> new FactNode(host, plan));
        }
    }

    World world() {
        return world;
    }

    FactPlan plan() {
        return plan;
    }

    /** Those that check it. */
    List<NodeId> checkers(ProxyTarget target) {
        return world.running().stream().filter(id -> node(id).checks(target)).toList();
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

    /** For longer than any connection lasts. */
    void drain(NodeId node, ProxyTarget target) {
        command(node, new Event.StartDrain(Optional.empty(), target.endpoint(), Optional.of(Duration.ofMinutes(5))));
    }

    /** For so many tenths of a second, in which no drain of the target may be over before it is. */
    void watchDrain(ProxyTarget target, int tenths) {
        for (int i = 0; i < tenths; i++) {
            world.run(100);
            assertNoneIsCompletedTooEarly(target);
        }
    }

    void assertAllHaveCompletedDrain(ProxyTarget target) {
        assertThat(nodes())
                .allSatisfy(node ->
                        assertThat(node.engine().hasCompletedDrain(target)).isTrue());
    }

    private void assertNoneIsCompletedTooEarly(ProxyTarget target) {
        boolean isCompleted = nodes().stream().anyMatch(node -> node.engine().hasCompletedDrain(target));
        long left = plan.orphans(target)
                + nodes().stream().mapToLong(node -> node.connections(target)).sum();
        assertThat(isCompleted && left > 0)
                .as("%d connections left%s", left, world.history())
                .isFalse();
    }

    void assertAllAgree() {
        Map<FactKey, SharedFact> facts = nodes().getFirst().exchange().facts();
        for (FactNode node : nodes()) {
            assertThat(node.exchange().facts()).as("facts%s", world.history()).isEqualTo(facts);
            assertThat(node.exchange().isReady()).isTrue();
            for (ProxyTarget target : FactPlan.TARGETS) {
                assertThat(node.engine().conditions().isDrained(target))
                        .as("drain of %s%s", target, world.history())
                        .isEqualTo(nodes().getFirst().engine().conditions().isDrained(target));
            }
        }
    }
}
