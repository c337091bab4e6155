package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.model.Alignment;
import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Works out what proxies come to, and what of them has come and gone: of a proxy that has changed, only the groups and
 * routes that have. One derivation's working copy.
 */
final class ProxyParts {

    private static final GroupKind NO_TABLES = new GroupKind(Slice.EMPTY, Slice.EMPTY);

    private final State state;
    private final Difference difference;
    private final TargetNumbers targets;
    private final TableNumbers tables;
    private final Turnover<ProxyPart> proxies = new Turnover<>();
    private final Turnover<GroupPart> groups = new Turnover<>();
    private final Turnover<RoutePart> routes = new Turnover<>();
    private final Map<Integer, Set<Integer>> claimed = new HashMap<>();

    ProxyParts(State state, Difference difference, TargetNumbers targets, TableNumbers tables) {
        this.state = state;
        this.difference = difference;
        this.targets = targets;
        this.tables = tables;
    }

    Turnover<ProxyPart> proxies() {
        return proxies;
    }

    Turnover<GroupPart> groups() {
        return groups;
    }

    Turnover<RoutePart> routes() {
        return routes;
    }

    /** Indices that have been claimed, by the port of the listener they are behind. */
    Map<Integer, Set<Integer>> claimed() {
        return claimed;
    }

    /** A proxy is there no more. */
    void gone(ProxyPart part) {
        proxies.gone().add(part);
        groups.gone().add(part.fallback());
        part.routes().forEach(route -> {
            groups.gone().add(route.group());
            routes.gone().add(route);
        });
    }

    /** A proxy that was not there. */
    ProxyPart come(Proxy proxy, int number) {
        return new Making(proxy, number, Optional.empty()).part();
    }

    /** A proxy that has changed, or something it rests on. */
    ProxyPart changed(Proxy proxy, int number, ProxyPart before) {
        if (!before.proxy().listen().equals(proxy.listen())) {
            gone(before);
            return come(proxy, number);
        }
        proxies.gone().add(before);
        return new Making(proxy, number, Optional.of(before)).part();
    }

    /** One proxy's part. */
    private final class Making {
        private final Proxy proxy;
        private final int number;
        private final Optional<ProxyPart> before;
        private final List<ServiceKey> listeners;
        /** Groups that are the same object are planned once. */
        private final Map<Group, GroupPlan> plans = new IdentityHashMap<>();

        private final Set<RouteKey> keys = new HashSet<>();

        Making(Proxy proxy, int number, Optional<ProxyPart> before) {
            this.proxy = proxy;
            this.number = number;
            this.before = before;
            this.listeners = ProxyNumbers.serviceKeys(proxy, state);
        }

        ProxyPart part() {
            GroupPart fallback =
                    group(Optional.empty(), proxy.defaultGroup(), before.map(ProxyPart::fallback), true, true);
            int[] positions = Alignment.of(
                    before.map(last -> last.proxy().sourceRoutes()).orElse(List.of()), proxy.sourceRoutes());
            boolean hasHosts = hasHosts(positions);
            List<RoutePart> made = before.isEmpty() ? routes() : routes(before.get(), positions, hasHosts);
            ProxyPart part = new ProxyPart(
                    proxy,
                    number,
                    listeners,
                    fallback,
                    made,
                    hasHosts,
                    Publication.proxy(proxy, number, fallback, made));
            proxies.come().add(part);
            return part;
        }

        /** @param positions of its routes in the part before: those that are known are looked at again only if any has one */
        private boolean hasHosts(int[] positions) {
            boolean all = before.filter(ProxyPart::hasHosts).isPresent();
            for (int i = 0; i < positions.length; i++) {
                if ((all || positions[i] < 0) && proxy.sourceRoutes().get(i).source() instanceof Source.Host) {
                    return true;
                }
            }
            return false;
        }

        private List<RoutePart> routes() {
            List<RoutePart> made = new ArrayList<>();
            proxy.sourceRoutes().forEach(route -> made.add(route(route, Optional.empty(), false)));
            return List.copyOf(made);
        }

        private List<RoutePart> routes(ProxyPart before, int[] positions, boolean hasHosts) {
            List<RoutePart> all = before.routes();
            boolean sameKeys = before.number() == number
                    && before.listeners().isEmpty() == listeners.isEmpty()
                    && !before.hasHosts()
                    && !hasHosts;
            boolean[] found = new boolean[all.size()];
            boolean holds = sameKeys && difference.isNone(); // so that what is the same object is the same in all
            List<RoutePart> made = new ArrayList<>(positions.length);
            for (int i = 0; i < positions.length; i++) {
                if (positions[i] < 0) {
                    made.add(route(proxy.sourceRoutes().get(i), Optional.empty(), sameKeys));
                } else {
                    RoutePart last = all.get(positions[i]);
                    found[positions[i]] = true;
                    made.add(holds ? last : route(last.route(), Optional.of(last), sameKeys));
                }
            }
            for (int i = 0; i < found.length; i++) {
                if (!found[i]) {
                    groups.gone().add(all.get(i).group());
                    routes.gone().add(all.get(i));
                }
            }
            return List.copyOf(made);
        }

        /** @param sameKeys whether the same object is found by the same keys */
        private RoutePart route(SourceRoute route, Optional<RoutePart> last, boolean sameKeys) {
            List<Cidr> prefixes = state.observed().prefixes(route.source());
            List<RouteKey> own = sameKeys && last.isPresent() ? last.get().keys() : keys(prefixes);
            boolean served = !own.isEmpty();
            boolean same = last.isPresent() && last.get().keys().isEmpty() != served;
            Optional<GroupPart> before = last.map(RoutePart::group);
            GroupPart group = group(Optional.of(route.source()), route.group(), before, same, served);
            if (sameKeys && last.isPresent() && last.get().group() == group) {
                return last.get();
            }
            last.ifPresent(routes.gone()::add);
            RoutePart part = new RoutePart(route, group, own, new RouteStatus(route, prefixes, group.status()));
            routes.come().add(part);
            return part;
        }

        private List<RouteKey> keys(List<Cidr> prefixes) {
            return listeners.isEmpty()
                    ? List.of()
                    : prefixes.stream()
                            .map(prefix -> new RouteKey(number, prefix))
                            .filter(keys::add)
                            .toList();
        }

        /**
         * @param same whether it was served if it is now, and the other way round
         * @param served whether anything leads to it: else it has no tables, as nobody holds them
         */
        private GroupPart group(
                Optional<Source> route, Group group, Optional<GroupPart> last, boolean same, boolean served) {
            GroupName name = new GroupName(proxy.name(), route);
            if (same && last.isPresent() && last.get().group() == group && !difference.touches(name, group)) {
                return last.get();
            }
            last.ifPresent(groups.gone()::add);
            GroupPlan plan = plans.computeIfAbsent(group, key -> GroupPlan.of(name, key, state));
            int[] indices = claim(plan);
            GroupKind kind = served ? kind(plan) : NO_TABLES;
            GroupPart part = new GroupPart(group, plan, indices, kind, Publication.targets(plan, this::index));
            groups.come().add(part);
            return part;
        }

        private int index(Endpoint endpoint) {
            return targets.isKnown(endpoint) ? targets.index(endpoint) : 0;
        }

        /** A target that cannot be written down now (its interface is gone) keeps its index, but gets none. */
        private int[] claim(GroupPlan plan) {
            int bits = Ports.target(proxy.listen().protocols());
            Set<Integer> behind = claimed.computeIfAbsent(proxy.listen().port(), port -> new HashSet<>());
            return plan.targets().stream()
                    .flatMap(target -> target.endpoint().stream())
                    .filter(endpoint -> GroupPlan.isReachable(endpoint, state) || targets.isKnown(endpoint))
                    .mapToInt(endpoint -> targets.claim(endpoint, bits))
                    .peek(behind::add)
                    .toArray();
        }
    }

    private GroupKind kind(GroupPlan plan) {
        return new GroupKind(tables.of(plan.v4()), tables.of(plan.v6()));
    }
}
