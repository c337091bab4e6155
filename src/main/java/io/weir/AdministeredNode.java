package io.weir;

import io.weir.admin.AdminServer;
import io.weir.cli.Appliance;
import io.weir.metrics.MetricsServer;
import io.weir.model.ControlPlane;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A load balancer with its admin API and its metrics, where the settings want them. */
final class AdministeredNode implements Appliance.RunningNode {

    private final LoadBalancer loadBalancer;
    private final Optional<AdminServer> admin;
    private final Optional<MetricsServer> metrics;

    /** @throws IllegalStateException if a port cannot be listened on; the start is undone then */
    AdministeredNode(LoadBalancer loadBalancer, ControlPlane settings) {
        this.loadBalancer = loadBalancer;
        this.admin = Administration.over(loadBalancer, settings.adminApi());
        this.metrics = metricsServer(settings.metrics());
    }

    private Optional<MetricsServer> metricsServer(ControlPlane.Metrics settings) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MetricsServer.start(settings, loadBalancer.allMetrics()));
        } catch (RuntimeException failed) {
            admin.ifPresent(AdminServer::close);
            loadBalancer.undoStart();
            throw failed;
        }
    }

    @Override
    public List<String> attachments() {
        return loadBalancer.interfaces().list().stream()
                .map(hook -> hook.interfaceName() + ": "
                        + hook.attached()
                                .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                                .orElse("not attached") + ", " + hook.why())
                .toList();
    }

    @Override
    public void reopenLogs() {
        loadBalancer.statistics().reopenAccessLog();
    }

    @Override
    public void close() {
        metrics.ifPresent(MetricsServer::close);
        admin.ifPresent(AdminServer::close);
        loadBalancer.close();
    }
}
