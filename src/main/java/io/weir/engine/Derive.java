package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Parameters;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code image = derive(desired, observed, ids, now)}: pure, so that what a config comes to can be read in a test. An
 * instance is the working copy of one derivation: parts of proxies that are as before are taken over, then those that are
 * new claim what they need, then those that are gone release what they had.
 */
final class Derive {

    /** Of the choice of target: the same on all nodes. */
    private static final int SEED = 0;

    private final State state;
    private final Desired desired;
    private final Derivation previous;
    private final Evidence evidence;
    private final long now;
    private final Difference difference;
    private final boolean unchangedSince;
    private final TargetNumbers targets;
    private final TableNumbers tables;
    private final GroupNumbers groups;
    private final ProxyParts proxyParts;
    private final List<ProxyPart> parts = new ArrayList<>();

    private Derive(State state, Derivation previous, Evidence evidence, long now) {
        this.state = state;
        this.desired = state.desired().orElseThrow();
        this.previous = previous;
        this.evidence = evidence;
        this.now = now;
        this.difference = previous.since(state);
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
        this.proxyParts = new ProxyParts(state, difference, targets, tables);
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
        Map<Proxy, ProxyPart> holding = previous.partsThatHold(difference);
        Map<String, Integer> proxies = ProxyNumbers.assign(state, holding, previous, evidence);
        claim(holding, proxies);
        release();
        switchGroups();
        Set<GroupKey> goneSlices = groups.slices(groups.gone()).keySet();
        groups.settle();
        Set<Integer> goneTargets = targets.settle(evidence.idleTargets(), Quarantine.targetMs(desired.settings()), now);
        ListenerPorts listenerPorts = ListenerPorts.of(desired, previous.ids(), evidence, now);
        listenerPorts.settle(proxyParts.proxies().come(), proxyParts.claimed(), goneTargets);
        Ids ids = new Ids(
                targets.done(),
                tables.settled(),
                groups.done(),
                Ids.frozen(proxies),
                ProxyNumbers.next(proxies, previous.ids()),
                listenerPorts.done());
        return derivation(ids, goneSlices, listenerPorts.changed());
    }

    /** What is new claims first, so that what is wanted again is never given up between. */
    private void claim(Map<Proxy, ProxyPart> holding, Map<String, Integer> proxies) {
        Map<String, ProxyPart> changed = changed(holding);
        for (Proxy proxy : desired.proxies()) {
            ProxyPart part = holding.get(proxy);
            if (part == null) {
                int number = proxies.getOrDefault(proxy.name(), 0);
                ProxyPart before = changed.remove(proxy.name());
                part = before == null ? proxyParts.come(proxy, number) : proxyParts.changed(proxy, number, before);
            }
            parts.add(part);
        }
        changed.values().forEach(proxyParts::gone);
        proxyParts.proxies().come().forEach(part -> groups.claim(part.fallback().kind()));
        proxyParts
                .routes()
                .come()
                .forEach(route ->
                        route.keys().forEach(key -> groups.claim(route.group().kind())));
    }

    /** The parts that do not hold any more, by the name of their proxy. */
    private Map<String, ProxyPart> changed(Map<Proxy, ProxyPart> holding) {
        Set<ProxyPart> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Proxy proxy : desired.proxies()) {
            ProxyPart part = holding.get(proxy);
            if (part != null) {
                kept.add(part);
            }
        }
        Map<String, ProxyPart> changed = new LinkedHashMap<>();
        for (ProxyPart part : previous.parts()) {
            if (!kept.contains(part)) {
                changed.put(part.proxy().name(), part);
            }
        }
        return changed;
    }

    private void release() {
        proxyParts.groups().gone().forEach(group -> targets.release(group.targets()));
        proxyParts
                .proxies()
                .gone()
                .forEach(part -> groups.release(part.fallback().kind()));
        proxyParts
                .routes()
                .gone()
                .forEach(route ->
                        route.keys().forEach(key -> groups.release(route.group().kind())));
    }

    /** Tells which groups took the place of which. */
    private void switchGroups() {
        Map<ServiceKey, GroupKind> listeners = new HashMap<>();
        Map<RouteKey, GroupKind> routes = new HashMap<>();
        for (ProxyPart part : unchangedSince ? proxyParts.proxies().come() : parts) {
            part.listeners().forEach(key -> listeners.put(key, part.fallback().kind()));
        }
        Stream<RoutePart> heading = unchangedSince
                ? proxyParts.routes().come().stream()
                : parts.stream().flatMap(part -> part.routes().stream());
        heading.forEach(route ->
                route.keys().forEach(key -> routes.put(key, route.group().kind())));
        for (ProxyPart part : proxyParts.proxies().gone()) {
            int number = groups.of(part.fallback().kind());
            part.listeners().forEach(key -> groups.switches(number, Optional.ofNullable(listeners.get(key))));
        }
        for (RoutePart route : proxyParts.routes().gone()) {
            route.keys()
                    .forEach(key ->
                            groups.switches(groups.of(route.group().kind()), Optional.ofNullable(routes.get(key))));
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

    private Derivation derivation(Ids ids, Set<GroupKey> goneSlices, Set<Integer> changedPorts) {
        Parameters parameters = parameters(desired.settings());
        Image base = previous.isRecovered() ? Image.empty(parameters) : previous.image();
        Set<Integer> changedTargets = new LinkedHashSet<>(targets.changed());
        if (previous.isRecovered() || !difference.links().isEmpty()) {
            ids.targets().endpoints().forEach((index, endpoint) -> {
                if (previous.isRecovered() || difference.isScoped(endpoint)) {
                    changedTargets.add(index);
                }
            });
        }
        Set<Integer> allPorts = new LinkedHashSet<>(changedPorts);
        allPorts.addAll(targets.changedPorts());
        if (previous.isRecovered()) {
            allPorts.addAll(ids.targets().ports().keySet());
            allPorts.addAll(ids.listenerPorts().keySet());
        }
        ReplyPaths replies = ReplyPaths.of(state, previous, ids, targets.changed());
        ImageEdit edit = new ImageEdit(base, ids, groups, proxyParts);
        Image image = new Image(
                edit.endpoints(state, changedTargets),
                edit.slots(tables.touched()),
                edit.slices(goneSlices),
                edit.services(),
                edit.routes(),
                edit.ports(allPorts),
                Ids.frozen(Hooks.wanted(state, replies, evidence.installed())),
                parameters);
        return new Derivation(image, ids, state, List.copyOf(parts), replies);
    }

    private static Parameters parameters(Settings settings) {
        return new Parameters(
                settings.timeouts(),
                settings.keepsStatistics() || settings.control().cluster().sharesFlows(),
                settings.keepsStatistics(),
                SEED,
                settings.control().rateLimits());
    }
}
