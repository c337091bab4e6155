package io.weir.admin;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.weir.model.AdminApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty under the API: its one connector, its threads and what it bounds. */
final class Listener {

    /** Threads that look after sockets; requests have virtual ones. */
    private static final int THREADS = 6;

    private static final int CONNECTIONS = 256;
    private static final int HEADER_BYTES = 8 << 10;

    /** What the kernel holds of an answer; a reader of events who stops reading is found out soon. */
    private static final int SEND_BUFFER = 64 << 10;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofMillis(500);

    /** When all connections are taken, those that do nothing make room sooner. */
    private static final Duration IDLE_IN_A_CROWD = Duration.ofSeconds(1);

    private final AdminApi settings;
    private final Optional<SslContextFactory.Server> tls;
    private volatile int port;

    /** @throws IllegalStateException if a TLS file is no good */
    Listener(AdminApi settings) {
        this.settings = settings;
        this.tls = settings.tls().map(files -> {
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setSslContext(TlsFiles.context(files));
            factory.setSniRequired(false);
            return factory;
        });
    }

    void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = Request.MAX_BODY;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1, (int) IDLE.toMillis());
        threads.setName("weir-admin");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("weir-admin-request").factory()));
        config.jetty.threadPool = threads;
        config.jetty.addConnector(this::connector);
        config.jetty.modifyServletContextHandler(
                context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(STOP.toMillis());
            server.setErrorHandler(Listener::error);
            NetworkConnectionLimit limit = new NetworkConnectionLimit(CONNECTIONS, server);
            limit.setEndPointIdleTimeout(IDLE_IN_A_CROWD.toMillis());
            server.addBean(limit);
        });
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(HEADER_BYTES);
        if (tls.isPresent()) {
            // Whether the certificate is for the name it was called by is for the caller to judge: Jetty would answer
            // 400.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        // 10.0.0.0%2F8 in a path is a source, [fe80::1%25eth0]:80 a target; Jetty would refuse what stands for / and %.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "sources have slashes, zones have percent signs",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = tls.map(factory -> new ServerConnector(server, factory, plain))
                .orElseGet(() -> new ServerConnector(server, 1, 1, plain));
        connector.setHost(settings.bind().toString());
        connector.setPort(settings.port());
        connector.setAcceptedSendBufferSize(SEND_BUFFER);
        connector.setIdleTimeout(IDLE.toMillis());
        return connector;
    }

    /** What Jetty refuses before it comes to a route, in our shape and without its name. */
    private static boolean error(org.eclipse.jetty.server.Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Refusal refusal = new Refusal(status, "http-" + status, "the request is no good HTTP", List.of(), Map.of());
        response.getHeaders().put("Content-Type", "application/json");
        response.getHeaders().put("Connection", "close"); // Jetty does so, and would not say it
        Content.Sink.write(response, true, new String(Json.bytes(refusal.view()), StandardCharsets.UTF_8), callback);
        return true;
    }

    /** @throws IllegalStateException if the address cannot be listened on */
    void start(Javalin server) {
        try {
            server.start();
            port = server.port();
        } catch (RuntimeException refused) {
            server.stop();
            throw new IllegalStateException(
                    "the admin API cannot listen on " + settings.bind().beforePort() + ":" + settings.port() + ": "
                            + reason(refused) + "; set another :port or :bind under :admin-api",
                    refused);
        }
    }

    /** What the system said. */
    private static String reason(Throwable refused) {
        Throwable cause = refused;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    String url() {
        return (tls.isPresent() ? "https://" : "http://") + settings.bind().beforePort() + ":" + port;
    }

    /** Shows another certificate from the next connection on. */
    void use(SSLContext context) {
        tls.ifPresent(factory -> {
            try {
                factory.reload(changed -> changed.setSslContext(context));
            } catch (Exception e) {
                throw new IllegalStateException("the TLS certificate cannot be changed: " + e.getMessage(), e);
            }
        });
    }
}
