package io.weir.admin;

import io.weir.engine.Notice;
import io.weir.model.ProxyTarget;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One event.
 *
 * @param kind what {@code ?kinds} chooses by, and the name of the server-sent event
 * @param time when it was sent, as RFC 3339 has it
 * @param state what is so now
 * @param detail for people; may be empty
 */
record EventView(
        String kind, String type, String time, String proxy, Optional<String> targetId, String state, String detail) {

    static final List<String> KINDS = List.of("health", "circuit", "drain", "weights");

    static EventView of(Notice notice) {
        return switch (notice) {
            case Notice.HealthNotice(var target, var status, var error) ->
                of("health", "target-" + Refusals.kebab(status), target, Refusals.kebab(status), error);
            case Notice.ForcedNotice(var target, var healthy) -> {
                String state = healthy.map(is -> is ? "healthy" : "unhealthy").orElse("auto");
                yield of("health", "target-forced", target, state, "by the operator");
            }
            case Notice.CircuitNotice(var target, var from, var to) ->
                of("circuit", "circuit-" + Refusals.kebab(to.state()), target, Refusals.kebab(to.state()), to.why());
            case Notice.DrainNotice(var target, var status) ->
                of(
                        "drain",
                        "drain-" + Refusals.kebab(status.state()),
                        target,
                        Refusals.kebab(status.state()),
                        status.current() + " of " + status.initial() + " connections left");
            case Notice.WeightsNotice(String proxy) ->
                new EventView("weights", "weights-updated", now(), proxy, Optional.empty(), "updated", "");
        };
    }

    private static EventView of(String kind, String type, ProxyTarget target, String state, String detail) {
        return new EventView(
                kind, type, now(), target.proxy(), Optional.of(target.endpoint().toString()), state, detail);
    }

    private static String now() {
        return Instant.now().toString();
    }
}
