package io.weir;

import io.weir.admin.AdminServer;
import io.weir.cli.Appliance;
import io.weir.dataplane.Detach;
import io.weir.metrics.MetricsServer;
import io.weir.model.Settings;
import io.weir.model.Settings.OnStop;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A load balancer that holds its pins' lock until it has stopped. */
final class LockedNode implements Appliance.RunningNode {

    private final LoadBalancer loadBalancer;
    private final Optional<AdminServer> admin;
    private final Optional<MetricsServer> metrics;
    private final PinLock lock;
    private final Settings settings;

    /** @throws IllegalStateException if a port cannot be listened on; the load balancer is closed then, the lock is kept */
    LockedNode(LoadBalancer loadBalancer, PinLock lock, Settings settings) {
        this.loadBalancer = loadBalancer;
        this.settings = settings;
        this.admin = Administration.over(loadBalancer, settings.control().adminApi());
        this.metrics = metricsServer();
        this.lock = lock;
    }

    private Optional<MetricsServer> metricsServer() {
        if (!settings.control().metrics().enabled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MetricsServer.start(settings.control().metrics(), loadBalancer.allMetrics()));
        } catch (RuntimeException failed) {
            admin.ifPresent(AdminServer::close);
            loadBalancer.close();
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
        if (settings.onStop() == OnStop.DETACH) {
            Detach.everythingUnder(settings.pinPath());
        }
        lock.close();
    }
}
