package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Ids.ListenerPort;
import io.weir.engine.Ids.TargetId;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Hook;
import io.weir.engine.Image.Parameters;
import io.weir.engine.Image.Route;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.Service;
import io.weir.engine.Image.ServiceFlag;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress.Family;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code image = derive(desired, observed, ids, now)}: pure, so that what a config comes to can be read in a test. An
 * instance is the working copy of one derivation.
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
    private final Map<Group, GroupPlan> plans;
    private final Map<GroupPlan, GroupKind> kinds;
    private final Map<GroupPlan, int[]> claims;
    private final Set<GroupKind> wanted = new LinkedHashSet<>();
    private final Map<Integer, GroupKind> byProxy = new LinkedHashMap<>();
    private final Map<ServiceKey, GroupKind> byListener = new HashMap<>();
    private final Map<RouteKey, GroupKind> byRoute = new LinkedHashMap<>();
    private final Map<RouteKey, SourceRoute> freshRoutes = new LinkedHashMap<>();
    private final Map<Integer, Map<RouteKey, Route>> routes = new HashMap<>();
    private final Map<Proxy, Boolean> known;
    private final TargetNumbers targets;

    private Derive(State state, Derivation previous, Evidence evidence, long now) {
        this.state = state;
        this.desired = state.desired().orElseThrow();
        this.previous = previous;
        this.evidence = evidence;
        this.now = now;
        this.plans = new IdentityHashMap<>(previous.plans().size());
        this.kinds = new IdentityHashMap<>(previous.kinds().size());
        this.claims = new IdentityHashMap<>(previous.claims().size());
        this.targets = new TargetNumbers(previous.ids(), evidence);
        this.known = previous.plansHold(state) ? previous.knownProxies() : Map.of();
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
        Map<String, Integer> proxies = ProxyNumbers.assign(desired, state, previous, evidence);
        desired.proxies().forEach(this::claimTargets);
        TableNumbers tables = new TableNumbers(previous.ids(), evidence, now, targets::index);
        desired.proxies().forEach(proxy -> look(proxy, number(proxies, proxy), tables));
        wanted.addAll(byProxy.values());
        GroupNumbers groups =
                GroupNumbers.assign(wanted, byListener, byRoute, previous.ids(), previous.image(), evidence, now);
        RoutesByProxy routes = routes(groups);
        Map<Integer, ListenerPort> listenerPorts = listenerPorts();
        Map<Endpoint, TargetId> settled =
                targets.settled(evidence.idleTargets(), Quarantine.targetMs(desired.settings()), now);
        Ids ids = new Ids(
                Ids.frozen(settled),
                Ids.frozen(tables.wanted()),
                Map.of(),
                Ids.frozen(tables.freed(now)),
                Ids.frozen(groups.numbers()),
                Ids.frozen(groups.freed()),
                Ids.frozen(proxies),
                ProxyNumbers.next(proxies, previous.ids()),
                Ids.frozen(listenerPorts));
        return new Derivation(image(ids, services(proxies, groups), routes), ids, state, plans, kinds, claims);
    }

    /** Takes in which groups a proxy wants, and which of its routes have to be worked out. */
    private void look(Proxy proxy, int number, TableNumbers tables) {
        GroupKind group = kind(proxy.defaultGroup(), tables);
        byProxy.put(number, group);
        List<ServiceKey> keys = ProxyNumbers.serviceKeys(proxy, state);
        keys.forEach(key -> byListener.put(key, group));
        if (keys.isEmpty()) {
            return; // nobody could follow its routes
        }
        Optional<Map<RouteKey, Route>> before = knownRoutes(proxy, number);
        if (before.isPresent()) {
            routes.put(number, before.get());
            proxy.sourceRoutes().forEach(route -> wanted.add(kind(route.group(), tables)));
            return;
        }
        for (SourceRoute route : proxy.sourceRoutes()) {
            for (Cidr prefix : Rules.prefixes(route.source(), state.names())) {
                RouteKey key = new RouteKey(number, prefix);
                if (freshRoutes.putIfAbsent(key, route) == null) {
                    byRoute.put(key, kind(route.group(), tables));
                }
            }
        }
    }

    /** The routes of a proxy that is still the same object with the same number: their groups keep their numbers too. */
    private Optional<Map<RouteKey, Route>> knownRoutes(Proxy proxy, int number) {
        return known.containsKey(proxy)
                        && Objects.equals(previous.ids().proxies().get(proxy.name()), number)
                ? RoutesByProxy.part(previous.image().routes(), number)
                : Optional.empty();
    }

    private static int number(Map<String, Integer> proxies, Proxy proxy) {
        return proxies.getOrDefault(proxy.name(), 0);
    }

    private GroupPlan plan(Group group) {
        GroupPlan plan = plans.get(group);
        if (plan == null) {
            GroupPlan before = previous.plansHold(state) ? previous.plans().get(group) : null;
            plan = before == null ? GroupPlan.of(group, state) : before;
            plans.put(group, plan);
        }
        return plan;
    }

    private void claimTargets(Proxy proxy) {
        int bits = Ports.target(proxy.listen().protocols());
        boolean asBefore = known.containsKey(proxy);
        claimTargets(proxy.defaultGroup(), bits, asBefore);
        proxy.sourceRoutes().forEach(route -> claimTargets(route.group(), bits, asBefore));
    }

    /** One that cannot be written down now (its interface is gone) keeps its index, but gets none. */
    private void claimTargets(Group group, int bits, boolean asBefore) {
        GroupPlan plan = plan(group);
        int[] before = asBefore ? previous.claims().get(plan) : null;
        if (before != null) {
            targets.keep(before);
            claims.put(plan, before);
            return;
        }
        claims.put(
                plan,
                plan.targets().stream()
                        .flatMap(target -> target.endpoint().stream())
                        .filter(endpoint -> GroupPlan.isReachable(endpoint, state) || targets.isKnown(endpoint))
                        .mapToInt(endpoint -> targets.claim(endpoint, bits))
                        .toArray());
    }

    private GroupKind kind(Group group, TableNumbers tables) {
        GroupPlan plan = plan(group);
        GroupKind kind = kinds.get(plan);
        if (kind == null) {
            kind = previous.kinds().get(plan);
            if (kind == null) {
                kind = new GroupKind(tables.of(plan.v4()), tables.of(plan.v6()));
            } else {
                tables.keep(kind);
            }
            kinds.put(plan, kind);
        }
        return kind;
    }

    private Map<ServiceKey, Service> services(Map<String, Integer> proxies, GroupNumbers groups) {
        Map<ServiceKey, Service> services = new HashMap<>();
        for (Proxy proxy : desired.proxies()) {
            int number = number(proxies, proxy);
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
            GroupKind kind = byProxy.get(number);
            if (kind != null) {
                Service service = new Service(number, groups.of(kind), Set.copyOf(flags));
                ProxyNumbers.serviceKeys(proxy, state).forEach(key -> services.put(key, service));
            }
        }
        limit(services.size(), SERVICES, "listeners");
        return services;
    }

    private RoutesByProxy routes(GroupNumbers groups) {
        freshRoutes.forEach((key, route) -> {
            GroupKind kind = byRoute.get(key);
            if (kind != null) {
                routes.computeIfAbsent(key.proxy(), number -> new HashMap<>())
                        .put(key, new Route(groups.of(kind), route.sessionPersistence()));
            }
        });
        RoutesByProxy all = new RoutesByProxy(routes);
        limit(all.size(), ROUTES, "source routes");
        return all;
    }

    private static void limit(int size, int capacity, String what) {
        if (size > capacity) {
            throw new RefusedException(
                    Reason.NO_ROOM, size + " " + what + " are too many: the data path holds " + capacity);
        }
    }

    private Image image(Ids ids, Map<ServiceKey, Service> services, Map<RouteKey, Route> routes) {
        Map<Integer, Endpoint> installable = new HashMap<>();
        Map<Integer, Integer> ports = new HashMap<>();
        ids.targets().forEach((endpoint, target) -> {
            ports.merge(endpoint.port(), target.portBits(), (a, b) -> a | b);
            if (GroupPlan.isReachable(endpoint, state)) {
                installable.put(target.index(), endpoint);
            }
        });
        ids.listenerPorts().forEach((port, listener) -> ports.merge(port, listener.bits(), (a, b) -> a | b));
        ports.values().removeIf(bits -> bits == 0);
        Map<Slice, Slots> slots = new HashMap<>();
        ids.tables().values().forEach(table -> slots.put(table.slice(), table.slots()));
        Map<GroupKey, Slice> groups = new HashMap<>();
        ids.groups().forEach((kind, number) -> {
            for (Family family : Family.values()) {
                if (kind.slice(family).size() > 0) {
                    groups.put(new GroupKey(number, family), kind.slice(family));
                }
            }
        });
        Map<String, Hook> hooks = Hooks.wanted(state, ids.targets().keySet(), evidence.installed());
        return new Image(
                Ids.frozen(installable),
                Ids.frozen(slots),
                Ids.frozen(groups),
                Ids.frozen(services),
                routes,
                Ids.frozen(ports),
                Ids.frozen(hooks),
                parameters(desired.settings()));
    }

    private static Parameters parameters(Settings settings) {
        return new Parameters(settings.timeouts(), settings.statsEnabled(), settings.statsEnabled(), SEED);
    }

    /**
     * Client packets of established flows are told by their listener's port: its bits stay until no flow can be left
     * on any target that the port's proxies ever used.
     */
    private Map<Integer, ListenerPort> listenerPorts() {
        Map<Integer, ListenerPort> used = new TreeMap<>();
        for (Proxy proxy : desired.proxies()) {
            Set<Integer> indices = new HashSet<>();
            if (!known.containsKey(proxy)) { // else they are in the port's set already
                addIndices(proxy.defaultGroup(), indices);
                proxy.sourceRoutes().forEach(route -> addIndices(route.group(), indices));
            }
            used.merge(
                    proxy.listen().port(),
                    new ListenerPort(Ports.listener(proxy.listen().protocols()), indices, Ids.IN_USE),
                    Derive::both);
        }
        long lasting = Quarantine.targetMs(desired.settings());
        BitSet living = new BitSet();
        previous.ids().targets().values().forEach(target -> living.set(target.index()));
        previous.ids().listenerPorts().forEach((port, before) -> {
            Set<Integer> waits = before.targets();
            if (!waits.stream().allMatch(living::get)) {
                waits = waits.stream().filter(living::get).collect(Collectors.toSet());
            }
            ListenerPort after = used.get(port);
            if (after != null) {
                used.put(port, both(after, new ListenerPort(before.bits(), waits, Ids.IN_USE)));
            } else if (!Quarantine.isOver(before.idleSince(), lasting, now)
                    || !evidence.idleTargets().containsAll(waits)) {
                used.put(port, new ListenerPort(before.bits(), waits, Math.min(before.idleSince(), now)));
            }
        });
        return used;
    }

    private void addIndices(Group group, Set<Integer> indices) {
        int[] claimed = claims.get(plan(group));
        if (claimed != null) {
            Arrays.stream(claimed).forEach(indices::add);
        }
    }

    private static ListenerPort both(ListenerPort one, ListenerPort other) {
        if (one.targets().isEmpty() && other.targets().isEmpty()
                || other.targets().containsAll(one.targets())) {
            return new ListenerPort(one.bits() | other.bits(), other.targets(), Ids.IN_USE);
        }
        Set<Integer> targets = new HashSet<>(one.targets());
        targets.addAll(other.targets());
        return new ListenerPort(one.bits() | other.bits(), targets, Ids.IN_USE);
    }
}
