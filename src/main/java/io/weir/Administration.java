package io.weir;

import io.weir.admin.AdminServer;
import io.weir.admin.Node;
import io.weir.cli.Version;
import io.weir.model.AdminApi;
import java.util.Optional;

/** What the admin API of a load balancer is put over. */
final class Administration {

    private Administration() {}

    /** @throws IllegalStateException if a key or TLS file is no good: before anything is touched */
    static void requireFiles(AdminApi settings) {
        if (settings.enabled()) {
            AdminServer.requireFiles(settings);
        }
    }

    static Node node(LoadBalancer loadBalancer, Optional<Node.Reload> reload) {
        return new Node(
                loadBalancer,
                loadBalancer.cluster(),
                new FileCodec(),
                loadBalancer::now,
                loadBalancer::notices,
                loadBalancer.table(),
                loadBalancer.counts(),
                () -> loadBalancer.stats().latencies(),
                room -> loadBalancer.statistics().stream().subscribe(room),
                reload,
                loadBalancer::vipRoles,
                Version.text());
    }
}
