package io.weir.testing;

import io.weir.api.Cluster;
import io.weir.api.ClusterNode;
import io.weir.api.ClusterStatus;
import io.weir.api.FactStatus;
import io.weir.api.SyncResult;
import io.weir.engine.Notice.MemberNotice;
import io.weir.flow.ReplicationStatus;
import io.weir.model.Feed;
import io.weir.model.NodeId;
import io.weir.model.Subscription;
import io.weir.policy.Decision;
import io.weir.policy.FactCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a node says of peers that there are not: none at first, two after {@link #join}. */
public final class CannedCluster implements Cluster {

    public static final NodeId SELF = new NodeId("lb-1");
    public static final NodeId PEER = new NodeId("lb-2");
    public static final NodeId THIRD = new NodeId("lb-3");

    public final List<Decision> broadcast = new ArrayList<>();
    private volatile ClusterStatus status = NONE.status();
    private volatile Set<NodeId> behind = Set.of();
    private volatile Set<NodeId> gone = Set.of();
    private volatile Optional<String> waits = Optional.empty();

    public void join() {
        status = of(ClusterNode.State.ALIVE);
    }

    /** Some peers that do not come to agree. */
    public void fallBehind(NodeId... peers) {
        behind = Set.of(peers);
    }

    /** Some peers that die when they are to agree. */
    public void lose(NodeId... peers) {
        gone = Set.of(peers);
    }

    /** Something that has still to be drawn before the node is ready. */
    public void waitFor(String reason) {
        waits = Optional.of(reason);
    }

    public void become(ClusterStatus other) {
        status = other;
    }

    /** A cluster of three, of which one is like this. */
    public static ClusterStatus of(ClusterNode.State third) {
        boolean isPresent = third.isPresent();
        ReplicationStatus.Peer peer =
                new ReplicationStatus.Peer(true, true, true, 40, 100, 2_000, 3_000, 1, 2, 3, 4, 5);
        return new ClusterStatus(
                ClusterStatus.State.RUNNING,
                Optional.of(SELF),
                List.of(node(SELF, ClusterNode.State.ALIVE), node(PEER, ClusterNode.State.ALIVE), node(THIRD, third)),
                List.of("10.0.0.12:7946"),
                true,
                0,
                Optional.empty(),
                Optional.empty(),
                new FactStatus(isPresent ? Set.of(THIRD) : Set.of(), new FactCounts(7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
                new ReplicationStatus(
                        Map.of(PEER, peer), true, 60, 40, 1_000, 3, Duration.ofMillis(2), Duration.ofMillis(7), 11, 12),
                5,
                Map.of("wrong_key", 2L, "replayed", 0L));
    }

    /** A cluster of two, of which the other one is like this, and carries nothing. */
    public static ClusterStatus ofTwo(ClusterNode.State other) {
        return new ClusterStatus(
                ClusterStatus.State.RUNNING,
                Optional.of(SELF),
                List.of(node(SELF, ClusterNode.State.ALIVE), node(PEER, other)),
                List.of(),
                false,
                1,
                Optional.empty(),
                Optional.empty(),
                new FactStatus(Set.of(), FactCounts.NONE),
                ReplicationStatus.NONE,
                0,
                Map.of());
    }

    private static ClusterNode node(NodeId name, ClusterNode.State state) {
        return new ClusterNode(
                name,
                state,
                new UUID(0, name.hashCode()),
                "10.0.0." + name.name().charAt(3) + ":7946",
                Duration.ofSeconds(90));
    }

    @Override
    public ClusterStatus status() {
        return status;
    }

    @Override
    public Optional<String> behind() {
        return waits;
    }

    @Override
    public SyncResult synchronise() {
        return status.state() == ClusterStatus.State.RUNNING
                ? SyncResult.of(peers(_ -> true), peers(peer -> !gone.contains(peer)), behind::contains)
                : NONE.synchronise();
    }

    private Set<NodeId> peers(Predicate<NodeId> which) {
        return status.nodes().stream()
                .filter(node -> node.state().isPresent())
                .map(ClusterNode::node)
                .filter(node -> !node.equals(SELF) && which.test(node))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void broadcast(Decision decision) {
        broadcast.add(decision);
    }

    @Override
    public Subscription<MemberNotice> subscribe(int capacity) {
        return new Feed<MemberNotice>().subscribe(capacity);
    }
}
