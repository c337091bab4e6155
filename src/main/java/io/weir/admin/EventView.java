package io.weir.admin;

import io.weir.engine.Notice;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.ProxyTarget;
import io.weir.probe.NameStatus;
import io.weir.stats.FlowEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One event.
 *
 * @param kind what {@code ?kinds} chooses by, and the name of the server-sent event
 * @param time when it was told, as RFC 3339 has it
 * @param proxy null when it was removed
 * @param state what is so now
 * @param detail for people; may be empty
 */
record EventView(
        String kind,
        String type,
        String time,
        Optional<String> proxy,
        Optional<String> targetId,
        String state,
        String detail) {

    static final String CONNECTIONS = "connections";

    static final String DNS = "dns";

    /** Those that come without being asked for. */
    static final List<String> COMMON = List.of("health", "circuit", "drain", "vip", "cluster", "weights");

    /** Weights follow from these, and with least connections they are others every second. */
    static final List<String> REMEMBERED = List.of("health", "circuit", "drain", "vip", "cluster");

    static final List<String> KINDS =
            List.of("health", "circuit", "drain", "vip", "cluster", "weights", DNS, CONNECTIONS);

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
                new EventView("weights", "weights-updated", now(), Optional.of(proxy), Optional.empty(), "updated", "");
            case Notice.VipNotice(String instance, var role, String why) ->
                new EventView(
                        "vip",
                        "vip-" + role.word(),
                        now(),
                        Optional.empty(),
                        Optional.empty(),
                        role.word(),
                        "VRRP instance " + instance + (why.isEmpty() ? "" : ", " + why));
            case Notice.MemberNotice(var node, var change, var detail) ->
                new EventView(
                        "cluster",
                        "node-" + Refusals.kebab(change),
                        now(),
                        Optional.empty(),
                        Optional.empty(),
                        state(change),
                        detail.isEmpty() ? node.name() : node + ", " + detail);
        };
    }

    static EventView of(FlowEvent event) {
        FlowEvent.Connection connection = event.connection();
        String peers = Refusals.kebab(connection.protocol()) + " " + connection.client() + " to " + connection.vip();
        String state = event instanceof FlowEvent.Opened ? "opened" : "closed";
        String detail = event instanceof FlowEvent.Closed closed
                ? peers + ", " + Refusals.kebab(closed.ending()) + " after "
                        + closed.duration().toMillis() + " ms, "
                        + closed.totals().bytesToTarget() + " bytes to target, "
                        + closed.totals().bytesToClient() + " to client"
                : peers;
        return new EventView(
                CONNECTIONS,
                "connection-" + state,
                event.time().toString(),
                connection.proxy(),
                connection.target().map(Endpoint::toString),
                state,
                detail);
    }

    /** A lookup that ended. */
    static EventView of(NameStatus name) {
        String state = name.lastError().isPresent() ? "failed" : "resolved";
        String addresses = name.isUnresolved()
                ? "no address"
                : name.addresses().stream().map(IpAddress::toString).collect(Collectors.joining(", "));
        return new EventView(
                DNS,
                "dns-" + state,
                now(),
                Optional.empty(),
                Optional.empty(),
                state,
                name.host() + ": "
                        + name.lastError()
                                .map(error -> error + "; still " + addresses)
                                .orElse(addresses));
    }

    private static String state(Notice.MemberChange change) {
        return switch (change) {
            case JOIN, RESTART, RECOVER -> "alive";
            case SUSPECT -> "suspected";
            case LEAVE -> "left";
            case DEAD -> "dead";
            case NAME_TAKEN -> "left-out";
        };
    }

    private static EventView of(String kind, String type, ProxyTarget target, String state, String detail) {
        return new EventView(
                kind,
                type,
                now(),
                Optional.of(target.proxy()),
                Optional.of(target.endpoint().toString()),
                state,
                detail);
    }

    private static String now() {
        return Instant.now().toString();
    }
}
