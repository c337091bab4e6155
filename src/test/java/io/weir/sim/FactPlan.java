package io.weir.sim;

import io.weir.model.CircuitBreaker;
import io.weir.model.Cluster.Sync;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.HealthCheck;
import io.weir.model.Listen;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.model.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What is true outside of the nodes: who can reach which target, and what each is configured to. */
final class FactPlan {

    static final HealthCheck CHECK = new HealthCheck(
            HealthCheck.Type.TCP,
            "/",
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            2,
            2,
            List.of(200),
            Optional.empty(),
            Optional.empty(),
            false);

    private static final CircuitBreaker BREAKER =
            new CircuitBreaker(true, 4, 0.5, 1, Duration.ofSeconds(2), 2, Duration.ofSeconds(10));

    static final List<ProxyTarget> TARGETS = List.of(target(1), target(2), target(3));

    private static final Desired ALL = desired(TARGETS);
    private static final Desired WITHOUT_THE_LAST = desired(TARGETS.subList(0, 2));

    private final World world;
    private final OptionalInt checkers;
    private final Set<Path> unreachable = new HashSet<>();
    private final Map<NodeId, Desired> behind = new HashMap<>();
    private final Map<NodeId, Sync> sharing = new HashMap<>();
    private final Map<NodeId, Map<ProxyTarget, Long>> orphans = new HashMap<>();

    private record Path(NodeId node, ProxyTarget target) {}

    /** @param checkers how many nodes check each target; empty: all */
    FactPlan(World world, OptionalInt checkers) {
        this.world = world;
        this.checkers = checkers;
    }

    Sync sync(NodeId node) {
        return sharing.getOrDefault(node, new Sync(true, true, true, true, checkers));
    }

    /** Which kinds of facts a node shares from now on. */
    void share(NodeId node, boolean health, boolean circuits, boolean drains) {
        sharing.put(node, new Sync(health, circuits, drains, true, health ? checkers : OptionalInt.empty()));
    }

    private static ProxyTarget target(int last) {
        return new ProxyTarget("web", Endpoint.of("10.0.0." + last, 80));
    }

    private static Desired desired(List<ProxyTarget> targets) {
        List<Target> members = targets.stream()
                .map(target ->
                        Target.of(target.endpoint(), target.equals(target(1)) ? 100 - 30 * (targets.size() - 1) : 30))
                .toList();
        Proxy proxy = new Proxy(
                "web",
                new Listen(List.of("eth0"), 80, Optional.empty(), Set.of(Protocol.TCP)),
                new Group(members),
                List.of(),
                List.of(),
                false,
                Optional.of(BREAKER));
        return new Desired(List.of(proxy), Settings.DEFAULT);
    }

    World world() {
        return world;
    }

    boolean reaches(NodeId node, ProxyTarget target) {
        return !unreachable.contains(new Path(node, target));
    }

    void flip(NodeId node, ProxyTarget target) {
        Path path = new Path(node, target);
        if (!unreachable.remove(path)) {
            unreachable.add(path);
        }
    }

    /** For everybody: it is the target that fails, or is well again. */
    void fail(ProxyTarget target, boolean fails) {
        for (NodeId node : world.all()) {
            Path path = new Path(node, target);
            if (fails) {
                unreachable.add(path);
            } else {
                unreachable.remove(path);
            }
        }
    }

    /** Whether the node has the last target configured. */
    void configure(NodeId node, boolean all) {
        behind.put(node, all ? ALL : WITHOUT_THE_LAST);
    }

    Desired desired(NodeId node) {
        return behind.getOrDefault(node, ALL);
    }

    Set<ProxyTarget> targets(NodeId node) {
        return desired(node) == ALL ? new TreeSet<>(TARGETS) : new TreeSet<>(TARGETS.subList(0, 2));
    }

    /** What a node carried that is dead now. */
    void orphan(NodeId dead, Map<ProxyTarget, Long> connections) {
        orphans.put(dead, connections);
    }

    /** Nobody else has them any more. */
    Map<ProxyTarget, Long> claim(NodeId dead) {
        return Optional.ofNullable(orphans.remove(dead)).orElse(Map.of());
    }

    /** Connections of the dead that nobody has claimed. */
    long orphans(ProxyTarget target) {
        return orphans.values().stream()
                .mapToLong(connections -> connections.getOrDefault(target, 0L))
                .sum();
    }

    /** All is well, and all are configured alike and share all. */
    void mend() {
        sharing.clear();
        unreachable.clear();
        behind.clear();
    }
}
