package io.weir.admin;

import io.weir.api.ClusterNode;
import io.weir.api.ClusterStatus;
import io.weir.flow.ReplicationStatus;
import io.weir.model.NodeId;
import io.weir.policy.FactCounts;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A cluster as JSON. */
final class ClusterViews {

    private static final double NANOS_PER_MS = 1e6;

    private ClusterViews() {}

    /**
     * @param status {@code running}, {@code disabled}, or {@code stood-back}: another node of this name was there before
     * @param nodeId this node's name; null without a cluster, as {@code boot} and {@code address} are
     * @param boot another one for each start
     * @param address where peers reach it
     * @param clusterSize nodes that take part, this one included
     * @param nodes how many are in each state
     * @param seeds peers that are asked first
     * @param insecure whether it runs without keys on an address that others reach
     * @param keys of the keyring
     * @param behind what has still to be drawn of peers before this node is ready; null: it was in sync since its start
     * @param trouble why it takes no part, or which seeds do not answer while it is alone; null: there is none
     * @param facts health, circuits and drains
     * @param sync connections
     * @param refused connections and frames of peers that were not taken, by reason
     */
    record ClusterView(
            String status,
            Optional<String> nodeId,
            Optional<String> boot,
            Optional<String> address,
            int clusterSize,
            Map<String, Integer> nodes,
            List<String> seeds,
            boolean insecure,
            int keys,
            Optional<String> behind,
            Optional<String> trouble,
            FactCounts facts,
            FlowsView sync,
            Map<String, Long> refused) {}

    /**
     * @param inSync whether connections and facts of all peers are known here
     * @param own connections this node carries and tells
     * @param shadows connections of peers held ready here
     * @param capacity how many there is room for
     * @param shadowsByOwner by the node that carries them
     * @param unprotected of {@code own}, those that no living peer has acknowledged yet
     * @param promoted connections of peers that were taken over since the data path was loaded
     * @param lagP50Ms until a peer holds a new connection ready; 0 when there was none in the last minute
     * @param lagP99Ms the same, of 99 in 100
     * @param malformed messages that were dropped
     * @param otherVersion messages that were dropped because a node of another version sent them
     */
    record FlowsView(
            boolean inSync,
            long own,
            long shadows,
            long capacity,
            Map<String, Long> shadowsByOwner,
            long unprotected,
            long promoted,
            double lagP50Ms,
            double lagP99Ms,
            long malformed,
            long otherVersion) {}

    /**
     * @param state {@code alive}, {@code suspected}, {@code dead} or {@code left}
     * @param self whether it is the one that answers
     * @param boot another one for each start
     * @param address where peers reach it
     * @param sinceMs how long it has been in its state
     * @param inSync whether its facts and connections are known here
     * @param shadows its connections held ready here
     */
    record ClusterNodeView(
            ClusterNode.State state,
            boolean self,
            String boot,
            String address,
            long sinceMs,
            boolean inSync,
            long shadows) {}

    /**
     * @param inSync whether facts and connections of all peers are known here
     * @param sync connections
     * @param facts health, circuits and drains
     * @param peers by name
     */
    record ClusterSyncView(boolean inSync, FlowsView sync, FactCounts facts, Map<String, PeerView> peers) {}

    /**
     * @param factsDrawn whether its facts are known here
     * @param linked whether a link for connections stands
     * @param told whether it was told all connections of this node
     * @param inSync whether its connections are all held ready here
     * @param shadows its connections held ready here
     * @param underwayBytes told to it and not acknowledged yet
     * @param sentBytes since the link stands
     * @param receivedBytes since this node started
     * @param restarts how often all had to be told anew, either way
     * @param repairs how often it told some connections anew
     * @param refused its connections there was no room for
     * @param kept its connections that this node carries itself
     * @param unknown its connections whose target is not configured here
     */
    record PeerView(
            boolean factsDrawn,
            boolean linked,
            boolean told,
            boolean inSync,
            long shadows,
            long underwayBytes,
            long sentBytes,
            long receivedBytes,
            long restarts,
            long repairs,
            long refused,
            long kept,
            long unknown) {}

    private static final ReplicationStatus.Peer SILENT =
            new ReplicationStatus.Peer(false, false, false, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static ClusterView status(ClusterStatus status) {
        Optional<ClusterNode> self = status.node().flatMap(status::find);
        return new ClusterView(
                Refusals.kebab(status.state()),
                status.node().map(NodeId::name),
                self.map(node -> node.boot().toString()),
                self.map(ClusterNode::address),
                status.size(),
                counts(status),
                status.seeds(),
                status.insecure(),
                status.keys(),
                status.behind(),
                status.trouble(),
                status.facts().counts(),
                flows(status),
                status.refused());
    }

    private static Map<String, Integer> counts(ClusterStatus status) {
        Map<String, Integer> counts = new TreeMap<>();
        for (ClusterNode.State state : ClusterNode.State.values()) {
            counts.put(Refusals.kebab(state), 0);
        }
        status.nodes().forEach(node -> counts.merge(Refusals.kebab(node.state()), 1, Integer::sum));
        return counts;
    }

    private static FlowsView flows(ClusterStatus status) {
        ReplicationStatus flows = status.flows();
        Map<String, Long> owners = new TreeMap<>();
        flows.peers().forEach((owner, peer) -> owners.put(owner.name(), peer.shadows()));
        return new FlowsView(
                status.isInSync(),
                flows.own(),
                flows.shadows(),
                flows.capacity(),
                owners,
                flows.unprotected(),
                status.promoted(),
                millis(flows.lagMedian()),
                millis(flows.lag99()),
                flows.malformed(),
                flows.otherVersion());
    }

    private static double millis(Duration time) {
        return time.toNanos() / NANOS_PER_MS;
    }

    static Map<String, ClusterNodeView> nodes(ClusterStatus status) {
        return status.nodes().stream()
                .sorted(Comparator.comparing(ClusterNode::node))
                .collect(Collectors.toMap(
                        node -> node.node().name(), node -> node(status, node), (one, _) -> one, LinkedHashMap::new));
    }

    private static ClusterNodeView node(ClusterStatus status, ClusterNode node) {
        boolean self = status.node().equals(Optional.of(node.node()));
        return new ClusterNodeView(
                node.state(),
                self,
                node.boot().toString(),
                node.address(),
                node.since().toMillis(),
                node.state().isPresent() && (self || status.isInSync(node.node())),
                peer(status, node.node()).shadows());
    }

    private static ReplicationStatus.Peer peer(ClusterStatus status, NodeId node) {
        return Optional.ofNullable(status.flows().peers().get(node)).orElse(SILENT);
    }

    static ClusterSyncView sync(ClusterStatus status) {
        Map<String, PeerView> peers = new TreeMap<>();
        status.nodes().stream()
                .filter(node -> node.state().isPresent() && !status.node().equals(Optional.of(node.node())))
                .forEach(node -> peers.put(node.node().name(), peerView(status, node.node())));
        return new ClusterSyncView(
                status.isInSync(), flows(status), status.facts().counts(), peers);
    }

    private static PeerView peerView(ClusterStatus status, NodeId node) {
        ReplicationStatus.Peer peer = peer(status, node);
        return new PeerView(
                !status.facts().undrawn().contains(node),
                peer.linked(),
                peer.told(),
                peer.inSync(),
                peer.shadows(),
                peer.underwayBytes(),
                peer.sentBytes(),
                peer.receivedBytes(),
                peer.restarts(),
                peer.repairs(),
                peer.refused(),
                peer.kept(),
                peer.unknown());
    }
}
