package io.weir;

import io.weir.api.Cluster;
import io.weir.api.ClusterNode;
import io.weir.api.ClusterStatus;
import io.weir.api.FactStatus;
import io.weir.api.SyncResult;
import io.weir.cluster.Member;
import io.weir.cluster.Membership;
import io.weir.cluster.SharedFacts;
import io.weir.cluster.link.LinkRefusal;
import io.weir.engine.Engine;
import io.weir.engine.Notice.MemberNotice;
import io.weir.engine.RefusedException;
import io.weir.flow.ReplicationStatus;
import io.weir.model.Cluster.Seed;
import io.weir.model.NodeId;
import io.weir.model.Subscription;
import io.weir.policy.Decision;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Verdict;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What operators and programs see of a {@link Clustering}, and may ask of it. */
record RunningCluster(Clustering clustering, Engine engine, DataPathCounts counts) implements Cluster {

    private static final long LOOK_MILLIS = 20;

    @Override
    public ClusterStatus status() {
        Membership membership = clustering.membership();
        boolean insecure =
                clustering.keys() == 0 && !clustering.settings().bindAddress().isLoopback();
        return new ClusterStatus(
                membership.olderNamesake().isPresent() ? ClusterStatus.State.STOOD_BACK : ClusterStatus.State.RUNNING,
                Optional.of(membership.self()),
                membership.members().stream().map(RunningCluster::node).toList(),
                clustering.settings().seeds().stream().map(Seed::toString).toList(),
                insecure,
                clustering.keys(),
                clustering.behind(),
                clustering.outside().or(membership::alone),
                facts(clustering.facts()),
                clustering.replication(),
                promoted(),
                refused(membership));
    }

    @Override
    public Optional<String> behind() {
        return clustering.behind();
    }

    private static ClusterNode node(Member member) {
        ClusterNode.State state = switch (member.state()) {
            case ALIVE -> ClusterNode.State.ALIVE;
            case SUSPECT -> ClusterNode.State.SUSPECTED;
            case DEAD -> ClusterNode.State.DEAD;
            case LEFT -> ClusterNode.State.LEFT;
        };
        return new ClusterNode(
                member.node(), state, member.boot(), member.address().toString(), member.since());
    }

    private static FactStatus facts(SharedFacts shared) {
        return new FactStatus(shared.undrawn(), shared.counts());
    }

    /** The data path counts a promotion as a packet that it forwards for a reason. */
    private long promoted() {
        return counts.verdicts().stream()
                .filter(verdict -> verdict.reason().equals("promoted"))
                .mapToLong(Verdict::packets)
                .sum();
    }

    private static Map<String, Long> refused(Membership membership) {
        return Arrays.stream(LinkRefusal.values()).collect(Collectors.toMap(LinkRefusal::label, membership::refused));
    }

    @Override
    public SyncResult synchronise() {
        long deadline = System.nanoTime() + SyncResult.PATIENCE.toNanos();
        Set<NodeId> peers = peers();
        clustering.facts().exchangeWithAll();
        CompletableFuture<Void> compared = clustering.compareFlows();
        await(() -> compared.isDone() && reached(peers).behind().isEmpty(), deadline);
        return compared.isDone() ? reached(peers) : SyncResult.of(peers, peers(), _ -> true);
    }

    private Set<NodeId> peers() {
        Membership membership = clustering.membership();
        return membership.present().stream()
                .filter(node -> !node.equals(membership.self()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Who lives is asked last: whoever is gone is not waited for, and has not agreed. */
    private SyncResult reached(Set<NodeId> asked) {
        Set<NodeId> undrawn = clustering.facts().undrawn();
        ReplicationStatus flows = clustering.replication();
        return SyncResult.of(asked, peers(), peer -> undrawn.contains(peer) || !flows.isInSync(peer));
    }

    private static void await(BooleanSupplier condition, long deadline) {
        try {
            while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void broadcast(Decision decision) {
        if (!clustering.facts().broadcast(decision)) {
            throw new RefusedException(
                    RefusedException.Reason.NOT_NOW,
                    "nothing is told of " + decision.target()
                            + ": its kind is not shared (:sync-… of :cluster), or too much is known of targets that are"
                            + " not configured here");
        }
    }

    @Override
    public Subscription<MemberNotice> subscribe(int capacity) {
        return engine.subscribe(capacity, MemberNotice.class);
    }
}
