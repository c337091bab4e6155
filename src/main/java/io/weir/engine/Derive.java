package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Parameters;
import io.weir.engine.Image.Route;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.Service;
import io.weir.engine.Image.ServiceFlag;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.engine.ProxyPart.RouteTo;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress.Family;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code image = derive(desired, observed, ids, now)}: pure, so that what a config comes to can be read in a test. An
 * instance is the working copy of one derivation: parts of proxies that are as before are taken over, then those that are
 * new claim what they need, then those that are gone release what they had.
 */
final class Derive {

    /** Entries of the service and route maps (maps.h). */
    static final int SERVICES = 65_536;

    static final int ROUTES = 262_144;

    /** Of the choice of target: the same on all nodes. */
    static final int SEED = 0;

    private final State state;
    private final Desired desired;
    private final Derivation previous;
    private final Evidence evidence;
    private final long now;
    private final boolean unchangedSince;
    private final TargetNumbers targets;
    private final TableNumbers tables;
    private final GroupNumbers groups;
    private final Map<Group, GroupPlan> plans = new IdentityHashMap<>();
    private final List<ProxyPart> parts = new ArrayList<>();
    private final List<ProxyPart> come = new ArrayList<>();
    private final List<ProxyPart> gone = new ArrayList<>();

    private Derive(State state, Derivation previous, Evidence evidence, long now) {
        this.state = state;
        this.desired = state.desired().orElseThrow();
        this.previous = previous;
        this.evidence = evidence;
        this.now = now;
        this.unchangedSince = previous.isInstalled(evidence.installed());
        Image strays = unchangedSince ? Image.empty(evidence.installed().parameters()) : evidence.installed();
        Ids ids = previous.ids();
        this.targets = new TargetNumbers(ids.targets(), strays.targets().keySet());
        this.tables = new TableNumbers(ids.tables(), strays.groups().values(), now, targets::index);
        this.groups = new GroupNumbers(
                ids.groups(),
                numbers(strays),
                previous.isRecovered() ? ids.groups().numbers().keySet() : Set.of(),
                tables,
                now);
    }

    private static Set<Integer> numbers(Image image) {
        Set<Integer> numbers = new HashSet<>(image.usedGroups());
        image.groups().keySet().forEach(key -> numbers.add(key.group()));
        return numbers;
    }

    /**
     * @param state complete ({@link State#isComplete})
     * @param now milliseconds
     * @throws RefusedException with {@code NO_ROOM} if a table of the data path cannot hold it
     */
    static Derivation derive(State state, Derivation previous, Evidence evidence, long now) {
        return new Derive(state, previous, evidence, now).derivation();
    }

    private Derivation derivation() {
        Map<Proxy, ProxyPart> holding = previous.partsThatHold(state);
        Map<String, Integer> proxies = ProxyNumbers.assign(state, holding, previous, evidence);
        claim(holding, proxies);
        release();
        switchGroups();
        Set<GroupKind> goneGroups = groups.gone();
        Map<GroupKey, Slice> before = slices(goneGroups);
        groups.settle();
        Set<Integer> goneTargets = targets.settle(evidence.idleTargets(), Quarantine.targetMs(desired.settings()), now);
        ListenerPorts listenerPorts = ListenerPorts.of(desired, previous.ids(), evidence, now);
        listenerPorts.settle(come, goneTargets);
        Ids ids = new Ids(
                targets.done(),
                tables.settled(),
                groups.done(),
                Ids.frozen(proxies),
                ProxyNumbers.next(proxies, previous.ids()),
                listenerPorts.done());
        return derivation(ids, before, listenerPorts.changed());
    }

    /** What is new claims first, so that what is wanted again is never given up between. */
    private void claim(Map<Proxy, ProxyPart> holding, Map<String, Integer> proxies) {
        Set<ProxyPart> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Proxy> fresh = new ArrayList<>();
        for (Proxy proxy : desired.proxies()) {
            ProxyPart part = holding.get(proxy);
            if (part == null) {
                fresh.add(proxy);
            } else {
                kept.add(part);
            }
        }
        previous.parts().stream().filter(part -> !kept.contains(part)).forEach(gone::add);
        if (previous.plansHold(state)) {
            gone.forEach(part -> plans.putAll(part.plans()));
        }
        Map<Proxy, int[]> claims = new IdentityHashMap<>();
        fresh.forEach(proxy -> claims.put(proxy, claimTargets(proxy)));
        for (Proxy proxy : desired.proxies()) {
            int[] claimed = claims.get(proxy);
            ProxyPart part = holding.get(proxy);
            if (claimed != null) {
                part = part(proxy, proxies.getOrDefault(proxy.name(), 0), claimed);
                come.add(part);
            }
            if (part != null) {
                parts.add(part);
            }
        }
        come.forEach(part -> groups.claim(part.fallback()));
        come.forEach(part -> part.routes().values().forEach(route -> groups.claim(route.kind())));
    }

    private void release() {
        for (ProxyPart part : gone) {
            targets.release(part.targets());
            part.kinds().forEach(groups::release);
        }
    }

    private GroupPlan plan(Group group) {
        return plans.computeIfAbsent(group, key -> GroupPlan.of(key, state));
    }

    /** A target that cannot be written down now (its interface is gone) keeps its index, but gets none. */
    private int[] claimTargets(Proxy proxy) {
        int bits = Ports.target(proxy.listen().protocols());
        return groups(proxy).stream()
                .flatMap(group -> plan(group).targets().stream())
                .flatMap(target -> target.endpoint().stream())
                .filter(endpoint -> GroupPlan.isReachable(endpoint, state) || targets.isKnown(endpoint))
                .mapToInt(endpoint -> targets.claim(endpoint, bits))
                .toArray();
    }

    private static List<Group> groups(Proxy proxy) {
        List<Group> groups = new ArrayList<>();
        groups.add(proxy.defaultGroup());
        proxy.sourceRoutes().forEach(route -> groups.add(route.group()));
        return groups;
    }

    private ProxyPart part(Proxy proxy, int number, int[] claimed) {
        List<ServiceKey> listeners = ProxyNumbers.serviceKeys(proxy, state);
        GroupKind fallback = kind(proxy.defaultGroup());
        Map<RouteKey, RouteTo> routes = new LinkedHashMap<>();
        if (!listeners.isEmpty()) {
            for (SourceRoute route : proxy.sourceRoutes()) {
                for (Cidr prefix : Rules.prefixes(route.source(), state.names())) {
                    RouteKey key = new RouteKey(number, prefix);
                    if (!routes.containsKey(key)) {
                        routes.put(key, new RouteTo(kind(route.group()), route.sessionPersistence()));
                    }
                }
            }
        }
        Map<Group, GroupPlan> own = new IdentityHashMap<>();
        groups(proxy).forEach(group -> own.put(group, plan(group)));
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

    private GroupKind kind(Group group) {
        GroupPlan plan = plan(group);
        return new GroupKind(tables.of(plan.v4()), tables.of(plan.v6()));
    }

    /** Tells which groups took the place of which. */
    private void switchGroups() {
        Map<ServiceKey, GroupKind> listeners = new HashMap<>();
        Map<RouteKey, GroupKind> routes = new HashMap<>();
        for (ProxyPart part : unchangedSince ? come : parts) {
            part.listeners().forEach(key -> listeners.put(key, part.fallback()));
            part.routes().forEach((key, to) -> routes.put(key, to.kind()));
        }
        for (ProxyPart part : gone) {
            part.listeners()
                    .forEach(key ->
                            groups.switches(groups.of(part.fallback()), Optional.ofNullable(listeners.get(key))));
            part.routes()
                    .forEach((key, to) -> groups.switches(groups.of(to.kind()), Optional.ofNullable(routes.get(key))));
        }
        if (!unchangedSince) { // who uses a number may be told by the maps alone
            for (Image image : List.of(previous.image(), evidence.installed())) {
                image.services()
                        .forEach((key, service) ->
                                groups.switches(service.group(), Optional.ofNullable(listeners.get(key))));
                image.routes()
                        .forEach((key, route) -> groups.switches(route.group(), Optional.ofNullable(routes.get(key))));
            }
        }
    }

    private Map<GroupKey, Slice> slices(Set<GroupKind> kinds) {
        Map<GroupKey, Slice> slices = new LinkedHashMap<>();
        for (GroupKind kind : kinds) {
            for (Family family : Family.values()) {
                if (kind.slice(family).size() > 0) {
                    slices.put(new GroupKey(groups.of(kind), family), kind.slice(family));
                }
            }
        }
        return slices;
    }

    private Derivation derivation(Ids ids, Map<GroupKey, Slice> goneSlices, Set<Integer> changedPorts) {
        Parameters parameters = parameters(desired.settings());
        Image base = previous.isRecovered() ? Image.empty(parameters) : previous.image();
        Set<Integer> changedTargets = new LinkedHashSet<>(targets.changed());
        if (!previous.plansHold(state)) {
            changedTargets.addAll(ids.targets().endpoints().keySet());
        }
        Set<Integer> allPorts = new LinkedHashSet<>(changedPorts);
        allPorts.addAll(targets.changedPorts());
        if (previous.isRecovered()) {
            allPorts.addAll(ids.targets().ports().keySet());
            allPorts.addAll(ids.listenerPorts().keySet());
        }
        ReplyPaths replies = ReplyPaths.of(state, previous, ids, targets.changed());
        Image image = new Image(
                endpoints(base, ids, changedTargets),
                slots(base, ids),
                slices(base, goneSlices),
                services(base),
                routes(base),
                ports(base, ids, allPorts),
                Ids.frozen(Hooks.wanted(state, replies, evidence.installed())),
                parameters);
        return new Derivation(image, ids, state, List.copyOf(parts), replies);
    }

    private Map<Integer, Endpoint> endpoints(Image base, Ids ids, Set<Integer> changed) {
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

    private Map<Slice, Slots> slots(Image base, Ids ids) {
        SharedMap.Edit<Slice, Slots> edit = SharedMap.copyOf(base.slots()).edit();
        for (Slice slice : tables.touched()) {
            Ids.TableUse use = ids.tables().uses().get(slice);
            if (use == null) {
                edit.remove(slice);
            } else {
                edit.put(slice, use.slots());
            }
        }
        return edit.done();
    }

    private Map<GroupKey, Slice> slices(Image base, Map<GroupKey, Slice> goneSlices) {
        SharedMap.Edit<GroupKey, Slice> edit = SharedMap.copyOf(base.groups()).edit();
        goneSlices.keySet().forEach(edit::remove);
        for (ProxyPart part : come) {
            slices(new LinkedHashSet<>(part.kinds())).forEach(edit::put);
        }
        return edit.done();
    }

    private Map<ServiceKey, Service> services(Image base) {
        SharedMap.Edit<ServiceKey, Service> edit =
                SharedMap.copyOf(base.services()).edit();
        Map<ServiceKey, Service> services = new HashMap<>();
        for (ProxyPart part : come) {
            Service service = new Service(part.number(), groups.of(part.fallback()), flags(part.proxy()));
            part.listeners().forEach(key -> services.put(key, service));
        }
        gone.forEach(part -> part.listeners().stream()
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

    private Map<RouteKey, Route> routes(Image base) {
        SharedMap.Edit<RouteKey, Route> edit = SharedMap.copyOf(base.routes()).edit();
        Map<RouteKey, Route> routes = new HashMap<>();
        for (ProxyPart part : come) {
            part.routes().forEach((key, to) -> routes.put(key, new Route(groups.of(to.kind()), to.persistent())));
        }
        gone.forEach(part -> part.routes().keySet().stream()
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

    private static Map<Integer, Integer> ports(Image base, Ids ids, Set<Integer> changed) {
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

    private static Parameters parameters(Settings settings) {
        return new Parameters(settings.timeouts(), settings.statsEnabled(), settings.statsEnabled(), SEED);
    }
}
