package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Group;
import io.weir.model.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one proxy comes to. Kept as it is while the proxy is the same object, and interfaces and names are what they were.
 *
 * @param listeners none: its interface does not exist
 * @param plans each of its groups, by identity, with weights and reasons
 * @param targets the indices it claims, once for each time
 * @param fallback the default group
 * @param routes none without a listener: nobody could follow them
 */
record ProxyPart(
        Proxy proxy,
        int number,
        List<ServiceKey> listeners,
        Map<Group, GroupPlan> plans,
        int[] targets,
        GroupKind fallback,
        Map<RouteKey, RouteTo> routes,
        ProxyStatus status) {

    record RouteTo(GroupKind kind, boolean persistent) {}

    /** The groups it claims, once for each time. */
    List<GroupKind> kinds() {
        List<GroupKind> kinds = new ArrayList<>();
        kinds.add(fallback);
        routes.values().forEach(route -> kinds.add(route.kind()));
        return kinds;
    }
}
