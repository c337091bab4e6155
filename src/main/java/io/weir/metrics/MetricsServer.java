package io.weir.metrics;

import io.weir.model.ControlPlane;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics on a port of their own, without keys. A connection is for one request and lives for seconds. */
public final class MetricsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

    private static final int THREADS = 4;
    private static final int CONNECTIONS = 32;
    private static final int HEADER_BYTES = 8 << 10;
    private static final Duration STOP = Duration.ofMillis(500);

    private final ControlPlane.Metrics settings;
    private final Server server;
    private final ServerConnector connector;

    private MetricsServer(ControlPlane.Metrics settings, Metrics metrics, Duration patience) {
        this.settings = settings;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("weir-metrics");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        this.server = new Server(threads, new ScheduledExecutorScheduler("weir-metrics-timer", true), null);
        server.setStopTimeout(STOP.toMillis());
        server.setErrorHandler(MetricsPage::refused);
        server.setHandler(new MetricsPage(settings.path(), metrics));
        server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
        this.connector = connector(server, settings, patience);
        server.addConnector(connector);
    }

    private static ServerConnector connector(Server server, ControlPlane.Metrics settings, Duration patience) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setPersistentConnectionsEnabled(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.bind().toString());
        connector.setPort(settings.port());
        connector.setIdleTimeout(patience.toMillis());
        connector.addBean(new Lifetime(server, patience));
        return connector;
    }

    /** Ends connections whose request drips in, or whose answer drips out, before they keep all others away. */
    private record Lifetime(Server server, Duration patience) implements Connection.Listener {

        @Override
        public void onOpened(Connection connection) {
            server.getScheduler()
                    .schedule(() -> connection.getEndPoint().close(), patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Listens.
     *
     * @throws IllegalStateException if the address cannot be listened on
     */
    public static MetricsServer start(ControlPlane.Metrics settings, Metrics metrics) {
        return start(settings, metrics, Duration.ofSeconds(10));
    }

    /** @param patience with one connection */
    static MetricsServer start(ControlPlane.Metrics settings, Metrics metrics, Duration patience) {
        MetricsServer started = new MetricsServer(settings, metrics, patience);
        try {
            started.server.start();
        } catch (Exception refused) {
            started.close();
            throw new IllegalStateException(
                    "the metrics cannot be listened for on " + settings.bind().beforePort() + ":" + settings.port()
                            + ": " + reason(refused) + "; set another :port or :bind under :metrics",
                    refused);
        }
        LOG.info("metrics: {}", started.url());
        return started;
    }

    /** What the system said. */
    private static String reason(Throwable refused) {
        Throwable cause = refused;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Where it listens. */
    public String url() {
        return "http://" + settings.bind().beforePort() + ":" + connector.getLocalPort() + settings.path();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            LOG.warn("the port of the metrics was not closed in order: {}", failed.toString());
        }
    }
}
