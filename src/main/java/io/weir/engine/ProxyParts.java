package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.ProxyPart.RouteTo;
import io.weir.model.Cidr;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out what proxies come to; groups of a proxy that are the same object are planned once. One derivation's working copy. */
final class ProxyParts {

    private final State state;
    private final TargetNumbers targets;
    private final TableNumbers tables;
    /** By proxy: another proxy may see the same targets otherwise. */
    private final Map<String, Map<Group, GroupPlan>> plans = new HashMap<>();

    ProxyParts(State state, TargetNumbers targets, TableNumbers tables) {
        this.state = state;
        this.targets = targets;
        this.tables = tables;
    }

    /** Takes over the plans of groups that are as before, though their proxies are not. */
    void reuse(ProxyPart part, Difference difference) {
        part.plans().forEach((group, plan) -> {
            if (!difference.touches(part.proxy().name(), group)) {
                plans(part.proxy()).put(group, plan);
            }
        });
    }

    private Map<Group, GroupPlan> plans(Proxy proxy) {
        return plans.computeIfAbsent(proxy.name(), name -> new IdentityHashMap<>());
    }

    private GroupPlan plan(Proxy proxy, Group group) {
        return plans(proxy).computeIfAbsent(group, key -> GroupPlan.of(GroupName.of(proxy, key), key, state));
    }

    /** Claims the targets of a proxy: the indices. A target that cannot be written down now (its interface is gone) keeps its index, but gets none. */
    int[] claim(Proxy proxy) {
        int bits = Ports.target(proxy.listen().protocols());
        return Placement.groups(proxy)
                .flatMap(group -> plan(proxy, group).targets().stream())
                .flatMap(target -> target.endpoint().stream())
                .filter(endpoint -> GroupPlan.isReachable(endpoint, state) || targets.isKnown(endpoint))
                .mapToInt(endpoint -> targets.claim(endpoint, bits))
                .toArray();
    }

    ProxyPart part(Proxy proxy, int number, int[] claimed) {
        List<ServiceKey> listeners = ProxyNumbers.serviceKeys(proxy, state);
        GroupKind fallback = kind(proxy, proxy.defaultGroup());
        Map<RouteKey, RouteTo> routes = new LinkedHashMap<>();
        if (!listeners.isEmpty()) {
            for (SourceRoute route : proxy.sourceRoutes()) {
                for (Cidr prefix : state.observed().prefixes(route.source())) {
                    RouteKey key = new RouteKey(number, prefix);
                    if (!routes.containsKey(key)) {
                        routes.put(key, new RouteTo(kind(proxy, route.group()), route.sessionPersistence()));
                    }
                }
            }
        }
        Map<Group, GroupPlan> own = new IdentityHashMap<>();
        Placement.groups(proxy).forEach(group -> own.put(group, plan(proxy, group)));
        return new ProxyPart(
                proxy,
                number,
                listeners,
                own,
                claimed,
                fallback,
                routes,
                Publication.proxy(
                        proxy,
                        number,
                        state,
                        own,
                        endpoint -> targets.isKnown(endpoint) ? targets.index(endpoint) : 0));
    }

    private GroupKind kind(Proxy proxy, Group group) {
        GroupPlan plan = plan(proxy, group);
        return new GroupKind(tables.of(plan.v4()), tables.of(plan.v6()));
    }
}
