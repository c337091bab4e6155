package io.weir;

import io.weir.admin.AdminServer;
import io.weir.metrics.MetricsServer;
import io.weir.model.AdminApi;
import io.weir.model.ControlPlane;
import java.util.Optional;
import java.util.function.Function;

/** What of a node listens for operators, where the settings want it. One thread at a time. */
final class Servers implements AutoCloseable {

    private static final ControlPlane.Metrics NONE = ControlPlane.Metrics.DEFAULT;

    private final Function<AdminApi, AdminServer> admins;
    private final Function<ControlPlane.Metrics, MetricsServer> pages;
    private Optional<AdminServer> admin = Optional.empty();
    private Optional<MetricsServer> metrics = Optional.empty();
    private ControlPlane.Metrics metricsSettings = NONE;

    /** A change of settings that has been found to be possible. One of the two is to be run. */
    record Move(Runnable commit, Runnable undo) {}

    /**
     * @param admins begins to listen
     * @param pages begins to listen
     */
    Servers(Function<AdminApi, AdminServer> admins, Function<ControlPlane.Metrics, MetricsServer> pages) {
        this.admins = admins;
        this.pages = pages;
    }

    /** @throws IllegalStateException if a port cannot be listened on, or a file is no good; nothing listens then */
    void start(ControlPlane settings) {
        try {
            admin = Optional.of(settings.adminApi()).filter(AdminApi::enabled).map(admins);
            metrics = listener(settings.metrics());
            metricsSettings = settings.metrics();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private Optional<MetricsServer> listener(ControlPlane.Metrics settings) {
        return Optional.of(settings).filter(ControlPlane.Metrics::enabled).map(pages);
    }

    /**
     * Reads the files of other settings and takes their ports. The admin API stays where it listens.
     *
     * @throws IllegalStateException if that cannot be; all is as before
     */
    Move prepare(ControlPlane settings) {
        Optional<Runnable> terms = admin.map(server -> server.prepare(settings.adminApi()));
        Move page = movedTo(settings.metrics());
        return new Move(
                () -> {
                    page.commit().run();
                    terms.ifPresent(Runnable::run);
                },
                page.undo());
    }

    private Move movedTo(ControlPlane.Metrics wanted) {
        if (wanted.equals(metricsSettings)) {
            return new Move(() -> {}, () -> {});
        }
        return isSamePlace(wanted, metricsSettings) ? changedInPlace(wanted) : movedBeside(wanted);
    }

    private static boolean isSamePlace(ControlPlane.Metrics one, ControlPlane.Metrics other) {
        return one.enabled() && other.enabled() && one.bind().equals(other.bind()) && one.port() == other.port();
    }

    /** A port is listened on once. */
    private Move changedInPlace(ControlPlane.Metrics wanted) {
        ControlPlane.Metrics before = metricsSettings;
        reopen(before, wanted);
        return new Move(() -> {}, () -> reopen(wanted, before));
    }

    private void reopen(ControlPlane.Metrics before, ControlPlane.Metrics wanted) {
        metrics.ifPresent(MetricsServer::close);
        try {
            metrics = listener(wanted);
            metricsSettings = wanted;
        } catch (RuntimeException failed) {
            metrics = listener(before);
            throw failed;
        }
    }

    private Move movedBeside(ControlPlane.Metrics wanted) {
        Optional<MetricsServer> young = listener(wanted);
        return new Move(
                () -> {
                    metrics.ifPresent(MetricsServer::close);
                    metrics = young;
                    metricsSettings = wanted;
                },
                () -> young.ifPresent(MetricsServer::close));
    }

    @Override
    public void close() {
        metrics.ifPresent(MetricsServer::close);
        admin.ifPresent(AdminServer::close);
        metrics = Optional.empty();
        admin = Optional.empty();
    }
}
