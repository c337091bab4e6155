package io.weir;

import io.weir.admin.AdminServer;
import io.weir.admin.Node;
import io.weir.cli.Version;
import io.weir.model.AdminApi;
import java.util.Optional;

/** Puts the admin API over a load balancer, if its settings want one. */
final class Administration {

    private Administration() {}

    /** @throws IllegalStateException if a key or TLS file is no good: before anything is touched */
    static void requireFiles(AdminApi settings) {
        if (settings.enabled()) {
            AdminServer.requireFiles(settings);
        }
    }

    /** @throws IllegalStateException if it cannot listen; the start of the load balancer is undone then */
    static Optional<AdminServer> over(LoadBalancer loadBalancer, AdminApi settings) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        try {
            Node node = new Node(
                    loadBalancer,
                    new FileCodec(),
                    loadBalancer.commands(),
                    loadBalancer.connections(),
                    loadBalancer.counts(),
                    room -> loadBalancer.statistics().stream().subscribe(room),
                    Optional.empty(),
                    Version.text());
            return Optional.of(AdminServer.start(settings, node));
        } catch (RuntimeException failed) {
            loadBalancer.undoStart();
            throw failed;
        }
    }
}
