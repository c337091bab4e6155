package io.weir.admin;

import io.javalin.http.HttpResponseException;
import io.weir.api.InterruptedWaitException;
import io.weir.engine.DataplaneException;
import io.weir.engine.RefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each failure is in HTTP. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {}

    static Refusal of(Exception failed) {
        return switch (failed) {
            case Refusal refusal -> refusal;
            case CompletionException wrapped when wrapped.getCause() instanceof RuntimeException cause -> of(cause);
            case RefusedException refused ->
                new Refusal(status(refused.reason()), kebab(refused.reason()), String.valueOf(refused.getMessage()));
            case DataplaneException refused ->
                unavailable(
                        "dataplane", "the kernel refused, it stays wanted and is tried again: " + refused.getMessage());
            case InterruptedWaitException _ -> unavailable("stopping", "the node is being stopped");
            case HttpResponseException http ->
                new Refusal(http.getStatus(), "http-" + http.getStatus(), String.valueOf(http.getMessage()));
            default -> broken(failed);
        };
    }

    static Refusal unavailable(String code, String message) {
        return new Refusal(503, code, message, List.of(), Map.of("Retry-After", "1"));
    }

    private static Refusal broken(Exception failed) {
        LOG.error("the admin API could not answer", failed);
        return new Refusal(500, "internal", "the node made a mistake of its own; its log says which");
    }

    private static int status(RefusedException.Reason reason) {
        return switch (reason) {
            case UNKNOWN_PROXY, UNKNOWN_ROUTE, UNKNOWN_INTERFACE, UNKNOWN_TARGET -> 404;
            case NOT_NOW, DUPLICATE_NAME, DUPLICATE_ROUTE, LISTENER_CONFLICT, NO_ROOM -> 409;
            case INVALID_GROUP, INVALID_ROUTE, UNSUPPORTED, UNRESOLVED_NAME -> 422;
            case NOT_CONFIGURED, BUSY, CLOSED -> 503;
        };
    }

    static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
