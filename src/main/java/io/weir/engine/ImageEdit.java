package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Route;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.Service;
import io.weir.engine.Image.ServiceFlag;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Writes down the parts of an image: what was there before, without what is gone, with what has come.
 *
 * @param groups with all their numbers
 * @param parts with all that has come and gone
 */
record ImageEdit(Image base, Ids ids, GroupNumbers groups, ProxyParts parts) {

    /** Entries of the service and route maps (maps.h). */
    private static final int SERVICES = 65_536;

    private static final int ROUTES = 262_144;

    Map<Integer, Endpoint> endpoints(State state, Set<Integer> changed) {
        SharedMap.Edit<Integer, Endpoint> edit =
                SharedMap.copyOf(base.targets()).edit();
        for (int index : changed) {
            Endpoint endpoint = ids.targets().endpoints().get(index);
            if (endpoint != null && GroupPlan.isReachable(endpoint, state)) {
                edit.put(index, endpoint);
            } else {
                edit.remove(index);
            }
        }
        return edit.done();
    }

    Map<Slice, Slots> slots(Set<Slice> touched) {
        SharedMap.Edit<Slice, Slots> edit = SharedMap.copyOf(base.slots()).edit();
        for (Slice slice : touched) {
            Ids.TableUse use = ids.tables().uses().get(slice);
            if (use == null) {
                edit.remove(slice);
            } else {
                edit.put(slice, use.slots());
            }
        }
        return edit.done();
    }

    Map<GroupKey, Slice> slices(Set<GroupKey> goneSlices) {
        SharedMap.Edit<GroupKey, Slice> edit = SharedMap.copyOf(base.groups()).edit();
        goneSlices.forEach(edit::remove);
        Set<GroupKind> kinds = new LinkedHashSet<>();
        parts.proxies().come().forEach(part -> kinds.add(part.fallback().kind()));
        parts.routes().come().stream()
                .filter(route -> !route.keys().isEmpty())
                .forEach(route -> kinds.add(route.group().kind()));
        groups.slices(kinds).forEach(edit::put);
        return edit.done();
    }

    Map<ServiceKey, Service> services() {
        SharedMap.Edit<ServiceKey, Service> edit =
                SharedMap.copyOf(base.services()).edit();
        Map<ServiceKey, Service> services = new HashMap<>();
        for (ProxyPart part : parts.proxies().come()) {
            Service service =
                    new Service(part.number(), groups.of(part.fallback().kind()), flags(part.proxy()));
            part.listeners().forEach(key -> services.put(key, service));
        }
        parts.proxies()
                .gone()
                .forEach(part -> part.listeners().stream()
                        .filter(key -> !services.containsKey(key))
                        .forEach(edit::remove));
        services.forEach(edit::put);
        return limited(edit.done(), SERVICES, "listeners");
    }

    private static Set<ServiceFlag> flags(Proxy proxy) {
        Set<ServiceFlag> flags = EnumSet.noneOf(ServiceFlag.class);
        if (!proxy.sourceRoutes().isEmpty()) {
            flags.add(ServiceFlag.ROUTES);
        }
        if (proxy.sessionPersistence()) {
            flags.add(ServiceFlag.PERSISTENT);
        }
        if (proxy.listen().address().isPresent()) {
            flags.add(ServiceFlag.PICK_UP);
        }
        return Set.copyOf(flags);
    }

    Map<RouteKey, Route> routes() {
        SharedMap.Edit<RouteKey, Route> edit = SharedMap.copyOf(base.routes()).edit();
        Map<RouteKey, Route> routes = new HashMap<>();
        for (RoutePart part : parts.routes().come()) {
            part.keys()
                    .forEach(key ->
                            routes.put(key, new Route(groups.of(part.group().kind()), part.persistent())));
        }
        parts.routes()
                .gone()
                .forEach(part -> part.keys().stream()
                        .filter(key -> !routes.containsKey(key))
                        .forEach(edit::remove));
        routes.forEach(edit::put);
        return limited(edit.done(), ROUTES, "source routes");
    }

    private static <K, V> Map<K, V> limited(Map<K, V> map, int capacity, String what) {
        if (map.size() > capacity) {
            throw new RefusedException(
                    Reason.NO_ROOM, map.size() + " " + what + " are too many: the data path holds " + capacity);
        }
        return map;
    }

    Map<Integer, Integer> ports(Set<Integer> changed) {
        SharedMap.Edit<Integer, Integer> edit = SharedMap.copyOf(base.ports()).edit();
        for (int port : changed) {
            Ids.PortUse use = ids.targets().ports().get(port);
            Ids.ListenerPort listener = ids.listenerPorts().get(port);
            int bits = (use == null ? 0 : use.bits()) | (listener == null ? 0 : listener.bits());
            if (bits == 0) {
                edit.remove(port);
            } else {
                edit.put(port, bits);
            }
        }
        return edit.done();
    }
}
