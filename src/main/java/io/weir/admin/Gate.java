package io.weir.admin;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.weir.admin.Callers.HeaderOf;
import io.weir.admin.Route.Access;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What every request passes before its route. */
final class Gate {

    private static final String ADMITTED = "route-admitted";

    private static final int REQUESTS_PER_SECOND = 5_000;

    /** Seconds a browser may remember what an origin may. */
    private static final int PREFLIGHT_AGE = 600;

    private final RequestRate rate = new RequestRate(REQUESTS_PER_SECOND, REQUESTS_PER_SECOND, System.nanoTime());
    private final RouteTable table;
    private final Dashboard dashboard;
    private final Callers callers;

    Gate(RouteTable table, Dashboard dashboard, Callers callers) {
        this.table = table;
        this.dashboard = dashboard;
        this.callers = callers;
    }

    /** @throws Refusal if it ends here */
    void pass(Context context) {
        if (!rate.allows(System.nanoTime())) {
            throw new Refusal(
                    429,
                    "too-many-requests",
                    "more than " + REQUESTS_PER_SECOND + " requests a second; try again",
                    List.of(),
                    Map.of("Retry-After", "1"));
        }
        HeaderOf header = name -> Optional.ofNullable(context.header(name));
        refuseOverride(header);
        String method = context.req().getMethod();
        String path = context.path();
        boolean isApi = path.startsWith("/api");
        if (isApi) {
            context.header("Cache-Control", "no-store");
        }
        allowOrigin(context, header);
        Set<String> methods = dashboard.has(path) ? Dashboard.METHODS : table.methods(path);
        if (method.equals("OPTIONS") && !methods.isEmpty()) {
            callers.admit(Access.ANYONE, header);
            answerOptions(context, header, methods);
            return;
        }
        Optional<Route> route = table.find(method, path);
        Access access = route.map(Route::access).orElse(isApi ? Access.READ : Access.ANYONE);
        Request.tellMayChange(context, callers.admit(access, header));
        route.ifPresent(admitted -> context.attribute(ADMITTED, admitted));
        boolean isFile = dashboard.has(path) && (method.equals("GET") || method.equals("HEAD"));
        if (route.isEmpty() && !isFile) {
            refuseUnknown(method, path, methods);
        }
    }

    /** Whether the request may be answered by this route: the very one it was admitted to. */
    static boolean hasAdmitted(Context context, Route route) {
        return route.equals(context.attribute(ADMITTED));
    }

    /** Javalin would route by this header, and a caller who may only read would be let in by another method's rule. */
    private static void refuseOverride(HeaderOf header) {
        if (header.named(Header.X_HTTP_METHOD_OVERRIDE).isPresent()) {
            throw new Refusal(
                    400,
                    "method-override",
                    "the header " + Header.X_HTTP_METHOD_OVERRIDE
                            + " is not taken here; send the request by the method you mean");
        }
    }

    private static void refuseUnknown(String method, String path, Set<String> methods) {
        if (!methods.isEmpty()) {
            String allowed = String.join(", ", methods);
            throw new Refusal(
                    405,
                    "method-not-allowed",
                    method + " is not for this path; it takes " + allowed,
                    List.of(),
                    Map.of("Allow", allowed));
        }
        if (path.startsWith("/api")) {
            throw new Refusal(404, "unknown-path", "there is no such path; GET /api/v1/openapi.json lists them");
        }
    }

    /** The Fetch standard's CORS protocol, without credentials: a key is a header that the page itself sends. */
    private void allowOrigin(Context context, HeaderOf header) {
        header.named("Origin").filter(callers::isAllowed).ifPresent(origin -> {
            context.header("Access-Control-Allow-Origin", origin);
            context.header("Access-Control-Expose-Headers", "Location, Retry-After");
        });
        context.header("Vary", "Origin, Accept-Encoding");
    }

    private void answerOptions(Context context, HeaderOf header, Set<String> methods) {
        String allowed = String.join(", ", methods);
        context.header("Allow", allowed);
        if (header.named("Origin").filter(callers::isAllowed).isPresent()) {
            context.header("Access-Control-Allow-Methods", allowed);
            context.header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-API-Key");
            context.header("Access-Control-Max-Age", String.valueOf(PREFLIGHT_AGE));
        }
        context.status(204);
        context.skipRemainingHandlers();
    }
}
