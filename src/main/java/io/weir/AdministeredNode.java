package io.weir;

import io.weir.admin.AdminServer;
import io.weir.admin.Node;
import io.weir.cli.Appliance;
import io.weir.cli.RunRequest;
import io.weir.config.ConfigException;
import io.weir.metrics.MetricsServer;
import io.weir.metrics.Reloads.Result;
import io.weir.model.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A load balancer with its admin API and its metrics, where the settings want them, that follows its configuration file. */
final class AdministeredNode implements Appliance.RunningNode {

    private static final Logger LOG = LoggerFactory.getLogger(AdministeredNode.class);

    private final LoadBalancer loadBalancer;
    private final Servers servers;
    private final Reload reload;
    private final Optional<ConfigSource> source;
    private final ReloadRecord record;
    private final ReloadRequests requests;
    private final Optional<ConfigWatch> watch;
    private final ReadyFile ready;
    private final Path pinPath;
    private final HeapWatch heap;

    /** @throws IllegalStateException if a port cannot be listened on; the start is undone then */
    AdministeredNode(LoadBalancer loadBalancer, RunRequest request) {
        Settings settings = request.desired().settings();
        this.loadBalancer = loadBalancer;
        this.pinPath = settings.pinPath();
        this.source = request.file().map(file -> new ConfigSource(file, request.statistics()));
        this.record = ReloadRecord.open(ReloadRecord.of(pinPath));
        this.servers = new Servers(
                admin -> AdminServer.start(admin, Administration.node(loadBalancer, adminReload())),
                page -> MetricsServer.start(page, loadBalancer.allMetrics()));
        this.reload = new Reload(
                loadBalancer,
                loadBalancer::unresolved,
                loadBalancer::rereadKeys,
                servers,
                loadBalancer.reloads(),
                record);
        this.requests = new ReloadRequests(this::reload);
        this.watch = request.file().filter(_ -> request.watch()).map(file -> new ConfigWatch(file, this::fileChanged));
        try {
            servers.start(settings.control());
        } catch (RuntimeException failed) {
            loadBalancer.undoStart();
            throw failed;
        }
        this.ready = new ReadyFile(pinPath, loadBalancer::status, loadBalancer::behindPeers);
        this.heap = HeapWatch.start();
        record.runs(request.desired());
        requests.start();
        watch.ifPresent(ConfigWatch::start);
        source.filter(_ -> request.watch()).ifPresent(this::catchUp);
    }

    private void fileChanged() {
        requests.ask("the file has changed");
    }

    /** It may have changed while the node was started. */
    private void catchUp(ConfigSource from) {
        try {
            if (reload.preview(from.read()).isEmpty()) {
                return;
            }
        } catch (ConfigException wrong) {
            LOG.debug("the reload says so", wrong);
        }
        fileChanged();
    }

    private Optional<Node.Reload> adminReload() {
        return source.map(from -> new AdminReload(
                reload,
                from,
                () -> loadBalancer
                        .status()
                        .settings()
                        .orElse(Settings.DEFAULT)
                        .control()
                        .adminApi()));
    }

    private void reload(String why) {
        if (source.isEmpty()) {
            String nothing = "weir was started without a file: there is nothing to reload";
            record.begin();
            record.endBadly(Result.REFUSED, List.of(nothing));
            LOG.info("{}: {}", why, nothing);
            return;
        }
        try {
            reload.run(why, source.get()::read);
        } catch (RuntimeException refused) {
            LOG.debug("the reload was refused, as the log says", refused);
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
    public void hangUp() {
        loadBalancer.statistics().reopenAccessLog();
        requests.ask("SIGHUP");
    }

    @Override
    public void close() {
        heap.close();
        watch.ifPresent(ConfigWatch::close);
        requests.close();
        servers.close();
        ready.close();
        record.remove();
        if (loadBalancer.detachesOnStop()) {
            ReadyFile.remove(pinPath);
        }
        loadBalancer.close();
    }
}
