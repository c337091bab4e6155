package io.weir.admin;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import io.weir.admin.Route.Access;
import io.weir.admin.Route.Method;
import io.weir.model.AdminApi;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin API while it listens. */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final EventStreams events;
    private final Callers callers;
    private final Listener listener;
    private final Javalin server;

    private AdminServer(AdminApi settings, Node node) {
        this.events = new EventStreams(node);
        RouteTable table = tableOf(node, events);
        this.callers = new Callers(Callers.Terms.of(settings));
        this.listener = new Listener(settings);
        Dashboard dashboard = new Dashboard();
        Gate gate = new Gate(table, dashboard, callers);
        this.server = Javalin.create(config -> {
            listener.configure(config);
            addRoutes(config, table, gate);
            dashboard.addRoutes(config);
        });
    }

    /**
     * Listens.
     *
     * @throws IllegalStateException if a key or TLS file is no good, or the address cannot be listened on
     */
    public static AdminServer start(AdminApi settings, Node node) {
        AdminServer admin = new AdminServer(settings, node);
        admin.listener.start(admin.server);
        admin.events.remember();
        LOG.info("admin API: {}", admin.url());
        return admin;
    }

    /**
     * Reads the files it would read to listen.
     *
     * @throws IllegalStateException if one is no good, with its path and the reason
     */
    public static void requireFiles(AdminApi settings) {
        Keys.of(settings);
        settings.tls().ifPresent(TlsFiles::context);
    }

    /** With the document that describes them all, itself too. */
    static RouteTable tableOf(Node node, EventStreams events) {
        RouteTable table = RouteTable.of(node, events);
        Route self = Route.get("openapi.json", "This document").answers(new Shape.Anything());
        List<Route> all =
                Stream.concat(table.routes().stream(), Stream.of(self)).toList();
        Answer document = Answer.ok(OpenApi.of(all, node.version()));
        return new RouteTable(Stream.concat(table.routes().stream(), Stream.of(self.by(request -> document)))
                .toList());
    }

    private static void addRoutes(JavalinConfig config, RouteTable table, Gate gate) {
        config.routes.before(gate::pass);
        config.routes.exception(Exception.class, (failed, context) -> refuse(context, Refusals.of(failed)));
        config.routes.exception(HttpResponseException.class, (failed, context) -> refuse(context, Refusals.of(failed)));
        for (Route route : table.routes()) {
            config.routes.addHttpHandler(
                    HandlerType.findOrCreate(route.method().name()),
                    route.pattern(),
                    context -> answer(context, route));
            if (route.method() == Method.GET) {
                config.routes.addHttpHandler(HandlerType.HEAD, route.pattern(), context -> answer(context, route));
            }
        }
    }

    private static void answer(Context context, Route route) {
        if (!Gate.hasAdmitted(context, route)) {
            throw new IllegalStateException(route.method() + " " + route.pattern() + " was reached past the gate");
        }
        Answer answer = route.handler().answer(new Request(context));
        if (route.access() == Access.WRITE) {
            LOG.info("admin API: {} {} by {}", route.method(), context.path(), context.ip());
        }
        answer.headers().forEach(context::header);
        if (!(answer.body() instanceof Answer.Stream stream)) {
            write(context, answer.status(), answer.body());
        } else if (context.method() != HandlerType.HEAD) {
            stream.write(context.res());
        }
    }

    private static void refuse(Context context, Refusal refusal) {
        refusal.headers().forEach(context::header);
        write(context, refusal.status(), refusal.view());
    }

    private static void write(Context context, int status, Object view) {
        byte[] body = Json.bytes(view);
        context.status(status).contentType("application/json");
        if (Gzip.suits(body, Optional.ofNullable(context.header("Accept-Encoding")))) {
            context.header("Content-Encoding", "gzip").result(Gzip.of(body));
        } else {
            context.result(body);
        }
    }

    /** Where it listens. */
    public String url() {
        return listener.url();
    }

    /**
     * Reads the key and TLS files of other settings, or those of its own anew. Where it listens, and whether by TLS, does not
     * change any more.
     *
     * @return puts all of them in force
     * @throws IllegalStateException if a file is no good
     */
    public Runnable prepare(AdminApi other) {
        Callers.Terms terms = Callers.Terms.of(other);
        Optional<SSLContext> certificate = other.tls().map(TlsFiles::context);
        return () -> {
            callers.use(terms);
            certificate.ifPresent(listener::use);
        };
    }

    @Override
    public void close() {
        events.close();
        try {
            server.stop();
        } catch (JavalinException late) { // everything is stopped all the same
            LOG.debug("requests were cut off by the end of the admin API", late);
        }
    }
}
