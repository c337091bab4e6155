package io.weir.dataplane;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The enums of {@code bpf/abi.h} as this side knows them, to be compared with what was compiled. */
final class Enumerations {

    /**
     * @param name of the enum in C
     * @param values by their C names
     */
    record Enumeration(String name, Map<String, Long> values) {}

    static final List<Enumeration> ALL = List.of(
            numbered("family", "FAMILY_ANY", Abi.FAMILY_ANY, "FAMILY_V4", Abi.FAMILY_V4, "FAMILY_V6", Abi.FAMILY_V6),
            numbered(
                    "direction",
                    "DIRECTION_FORWARD",
                    FlowAbi.DIRECTION_FORWARD,
                    "DIRECTION_REPLY",
                    FlowAbi.DIRECTION_REPLY),
            ordered("flow_state", "FLOW_", FlowState.values()),
            numbered(
                    "flow_flag",
                    "FLOW_FIN_CLIENT",
                    FlowAbi.FLOW_FIN_CLIENT,
                    "FLOW_FIN_TARGET",
                    FlowAbi.FLOW_FIN_TARGET,
                    "FLOW_RESET",
                    FlowAbi.FLOW_RESET,
                    "FLOW_DELETED",
                    FlowAbi.FLOW_DELETED,
                    "FLOW_OVER",
                    FlowAbi.FLOW_OVER,
                    "FLOW_PROMOTED",
                    FlowAbi.FLOW_PROMOTED),
            reasons(),
            numbered(
                    "service_flag",
                    "SERVICE_ROUTES",
                    ServiceAbi.SERVICE_ROUTES,
                    "SERVICE_PERSISTENT",
                    ServiceAbi.SERVICE_PERSISTENT,
                    "SERVICE_PICK_UP",
                    ServiceAbi.SERVICE_PICK_UP),
            numbered(
                    "port_bit",
                    "PORT_LISTENER_TCP",
                    1,
                    "PORT_LISTENER_UDP",
                    2,
                    "PORT_TARGET_TCP",
                    4,
                    "PORT_TARGET_UDP",
                    8),
            numbered("link_flag", "LINK_REDIRECT", NodeAbi.LINK_REDIRECT),
            numbered(
                    "settings_flag",
                    "SETTINGS_EVENTS",
                    NodeAbi.SETTINGS_EVENTS,
                    "SETTINGS_TOTALS",
                    NodeAbi.SETTINGS_TOTALS,
                    "SETTINGS_LIMIT_SOURCES",
                    NodeAbi.SETTINGS_LIMIT_SOURCES,
                    "SETTINGS_LIMIT_TARGETS",
                    NodeAbi.SETTINGS_LIMIT_TARGETS),
            numbered("rest", "REST_SECONDS", NodeAbi.REST_SECONDS),
            numbered("event_type", "EVENT_OPENED", NodeAbi.EVENT_OPENED, "EVENT_CLOSED", NodeAbi.EVENT_CLOSED),
            numbered(
                    "shadow_work",
                    "SHADOW_NOTHING",
                    ShadowAbi.SHADOW_NOTHING,
                    "SHADOW_PUT",
                    ShadowAbi.SHADOW_PUT,
                    "SHADOW_REMOVE",
                    ShadowAbi.SHADOW_REMOVE,
                    "SHADOW_CLAIM",
                    ShadowAbi.SHADOW_CLAIM,
                    "SHADOW_TIDY",
                    ShadowAbi.SHADOW_TIDY,
                    "SHADOW_TURN",
                    ShadowAbi.SHADOW_TURN),
            numbered(
                    "shadow_result",
                    "SHADOW_ABSENT",
                    ShadowAbi.SHADOW_ABSENT,
                    "SHADOW_DONE",
                    ShadowAbi.SHADOW_DONE,
                    "SHADOW_KEPT",
                    ShadowAbi.SHADOW_KEPT,
                    "SHADOW_REFUSED",
                    ShadowAbi.SHADOW_REFUSED,
                    "SHADOW_UNKNOWN",
                    ShadowAbi.SHADOW_UNKNOWN,
                    "SHADOW_OUTDATED",
                    ShadowAbi.SHADOW_OUTDATED));

    private Enumerations() {}

    private static Enumeration reasons() {
        Enumeration reasons = ordered("reason", "REASON_", Reason.values());
        reasons.values().put("REASON_COUNT", (long) Reason.values().length);
        return reasons;
    }

    private static Enumeration ordered(String name, String prefix, Enum<?>[] constants) {
        Map<String, Long> values = new LinkedHashMap<>();
        Arrays.stream(constants).forEach(constant -> values.put(prefix + constant.name(), (long) constant.ordinal()));
        return new Enumeration(name, values);
    }

    private static Enumeration numbered(String name, Object... namesAndValues) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).longValue());
        }
        return new Enumeration(name, values);
    }
}
