package io.weir.admin;

import io.weir.admin.ClusterViews.ClusterNodeView;
import io.weir.admin.ClusterViews.ClusterSyncView;
import io.weir.admin.ClusterViews.ClusterView;
import io.weir.api.Cluster;
import io.weir.api.SyncResult;
import io.weir.model.NodeId;
import java.util.List;
import java.util.stream.Collectors;

/** The node's peers. */
final class ClusterRoutes {

    private final Cluster cluster;

    ClusterRoutes(Cluster cluster) {
        this.cluster = cluster;
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
                        .by(request -> Answer.ok(done(cluster.synchronise()))));
    }

    private static Answer.Done done(SyncResult result) {
        if (result.peers() == 0) {
            return new Answer.Done(true, "there is no peer");
        }
        String peers = result.peers() == 1 ? "1 peer" : result.peers() + " peers";
        String message = result.isComplete()
                ? "facts and connections compared: in sync with " + peers
                : "facts and connections compared with " + peers + "; not in sync after "
                        + SyncResult.PATIENCE.toSeconds() + " s with "
                        + result.behind().stream().sorted().map(NodeId::name).collect(Collectors.joining(", "));
        return new Answer.Done(result.isComplete(), message);
    }
}
