package io.weir.admin;

import io.weir.admin.ClusterViews.ClusterNodeView;
import io.weir.admin.ClusterViews.ClusterSyncView;
import io.weir.admin.ClusterViews.ClusterView;
import io.weir.api.Cluster;
import io.weir.api.ClusterNode;
import io.weir.api.SyncResult;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.policy.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The node's peers. */
final class ClusterRoutes {

    private static final List<String> FACTS =
            List.of("healthy", "unhealthy", "unchecked", "circuit-open", "circuit-closed", "drained", "undrained");

    private final Node node;
    private final Cluster cluster;

    ClusterRoutes(Node node) {
        this.node = node;
        this.cluster = node.cluster();
    }

    List<Route> routes() {
        return List.of(
                Route.get("cluster/status", "How the node stands among its peers")
                        .answers(Shape.of(ClusterView.class))
                        .by(request -> Answer.ok(ClusterViews.status(cluster.status()))),
                Route.get("cluster/nodes", "All nodes of the cluster, by name")
                        .answers(new Shape.MapOf(Shape.of(ClusterNodeView.class)))
                        .by(request -> Answer.ok(ClusterViews.nodes(cluster.status()))),
                Route.get("cluster/sync", "Whether facts and connections of the peers are known here")
                        .answers(Shape.of(ClusterSyncView.class))
                        .by(request -> Answer.ok(ClusterViews.sync(cluster.status()))),
                Route.post(
                                "cluster/sync",
                                "Exchange facts and compare connections with all peers now, and wait until all agree")
                        .by(request -> Answer.ok(done(cluster.synchronise(), dead()))),
                Route.post("cluster/broadcast", "Say something about a target to all nodes, whatever their checks find")
                        .takes(Shape.config("FactRequest"))
                        .by(this::broadcast));
    }

    private Answer broadcast(Request request) {
        Fields fields = request.fields();
        String proxy = fields.requiredText("proxy", "write the name of a proxy");
        String text = fields.requiredText("target", "write " + TargetRoutes.TARGET);
        String fact = fields.oneOf("fact", FACTS);
        String why = fields.text("why", "write a text").orElse("said by hand");
        Optional<Duration> timeout =
                fields.whole("timeout-ms", 1_000, TargetRoutes.LONGEST_DRAIN_MS).map(Duration::ofMillis);
        fields.close();
        ProxyRoutes.require(node, proxy);
        ProxyTarget target = new ProxyTarget(proxy, TargetRoutes.target(text));
        cluster.broadcast(
                switch (fact) {
                    case "healthy" -> new Decision.Checked(target, true, "");
                    case "unhealthy" -> new Decision.Checked(target, false, why);
                    case "unchecked" -> new Decision.Unchecked(target);
                    case "circuit-open" -> new Decision.Opened(target, true, why);
                    case "circuit-closed" -> new Decision.Closed(target);
                    case "drained" -> new Decision.Drained(target, timeout.orElseGet(this::drainTimeout));
                    default -> new Decision.Undrained(target);
                });
        return Answer.done("all nodes are told that " + target.endpoint() + " of " + proxy + " is " + fact);
    }

    private Duration drainTimeout() {
        return node.operations()
                .status()
                .settings()
                .orElse(Settings.DEFAULT)
                .control()
                .drains()
                .timeout();
    }

    /** Peers that have not said goodbye. */
    private Set<NodeId> dead() {
        return cluster.status().nodes().stream()
                .filter(node -> node.state() == ClusterNode.State.DEAD)
                .map(ClusterNode::node)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @param dead those that are now, whether or not they were asked */
    private static Answer.Done done(SyncResult result, Set<NodeId> dead) {
        List<String> parts = new ArrayList<>();
        if (result.isAlone()) {
            parts.add("no peer is alive, so there is nothing to compare");
            named(parts, "dead: ", dead);
            parts.add("'weir cluster nodes' names those that were met");
            return new Answer.Done(dead.isEmpty(), String.join("; ", parts));
        }
        named(parts, "in sync with ", result.agreed());
        named(parts, "not in sync after " + SyncResult.PATIENCE.toSeconds() + " s with ", result.behind());
        named(parts, "gone meanwhile: ", result.gone());
        Set<NodeId> before = new HashSet<>(dead);
        before.removeAll(result.gone());
        named(parts, "dead: ", before);
        return new Answer.Done(
                result.isComplete() && dead.isEmpty(), "facts and connections compared: " + String.join("; ", parts));
    }

    private static void named(List<String> parts, String what, Set<NodeId> peers) {
        if (!peers.isEmpty()) {
            parts.add(what + peers.stream().sorted().map(NodeId::name).collect(Collectors.joining(", ")));
        }
    }
}
