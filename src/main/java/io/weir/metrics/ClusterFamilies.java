package io.weir.metrics;

import io.weir.api.ClusterNode;
import io.weir.api.ClusterStatus;
import io.weir.flow.ReplicationStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The node among its peers. Without a cluster there is the one number that says so. */
final class ClusterFamilies {

    private final Supplier<ClusterStatus> cluster;

    ClusterFamilies(Supplier<ClusterStatus> cluster) {
        this.cluster = cluster;
    }

    List<Family> all() {
        ClusterStatus status = cluster.get();
        boolean isEnabled = status.state() != ClusterStatus.State.DISABLED;
        Family up = Family.gauge("lb_cluster_up", "Whether the node takes part in a cluster (1=yes).");
        up.add(status.state() == ClusterStatus.State.RUNNING);
        Family nodes =
                Family.untyped("lb_cluster_nodes_total", "Nodes of the cluster by state, this one included.", "state");
        Family shadows = Family.gauge("lb_cluster_conntrack_sync", "Connections of peers that are held ready here.");
        Family inSync = Family.gauge(
                "lb_cluster_in_sync", "Whether facts and connections of all living peers are known here (1=yes).");
        Family lag = Family.gauge(
                "lb_sync_lag_seconds",
                "From an event of the data path until a peer holds it, over the last minute.",
                "percentile");
        Family unprotected = Family.gauge(
                "lb_unprotected_connections", "Connections of this node that no living peer has acknowledged yet.");
        Family promoted = Family.counter(
                "lb_promoted_connections_total", "Connections of peers that were taken over at a packet.");
        Family refused = Family.counter(
                "lb_cluster_refused_total",
                "Connections and frames of peers that were not taken, by reason.",
                "reason");
        Family dropped = Family.counter(
                "lb_cluster_dropped_frames_total",
                "Frames of peers that were taken and could not be used, by what they are about and reason.",
                "about",
                "reason");
        Family gossipLost = Family.counter(
                "lb_cluster_gossip_lost_total", "Gossip of peers that came faster than this node worked on it.");
        if (isEnabled) {
            ReplicationStatus flows = status.flows();
            count(status)
                    .forEach((state, count) -> nodes.add(count, state.name().toLowerCase(Locale.ROOT)));
            shadows.add(flows.shadows());
            inSync.add(status.isInSync());
            lag.add(seconds(flows.lagMedian()), "50");
            lag.add(seconds(flows.lag99()), "99");
            unprotected.add(flows.unprotected());
            promoted.add(status.promoted());
            dropped.add(status.facts().counts().malformed(), "facts", "malformed");
            dropped.add(status.facts().counts().otherVersion(), "facts", "other_version");
            dropped.add(flows.malformed(), "flows", "malformed");
            dropped.add(flows.otherVersion(), "flows", "other_version");
            gossipLost.add(status.facts().counts().gossipLost());
            status.refused().forEach((reason, count) -> refused.add(count, reason));
        }
        return List.of(up, nodes, shadows, inSync, lag, unprotected, promoted, refused, dropped, gossipLost);
    }

    private static Map<ClusterNode.State, Integer> count(ClusterStatus status) {
        Map<ClusterNode.State, Integer> counts = new EnumMap<>(ClusterNode.State.class);
        for (ClusterNode.State state : ClusterNode.State.values()) {
            counts.put(state, 0);
        }
        status.nodes().forEach(node -> counts.merge(node.state(), 1, Integer::sum));
        return counts;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
