package io.weir.engine;

import io.weir.engine.RefusedException.Reason;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code state' = fold(state, event, now)}: takes an event in, or refuses a command that contradicts the state. */
final class Fold {

    private Fold() {}

    /** @throws RefusedException if the event is a command that cannot be; the state is as before */
    static State fold(State state, Event event, long now) {
        return switch (event) {
            case Event.Apply apply -> applied(state, apply.desired());
            case Event.Replace replace -> applied(state, replace.desired());
            case Event.AddProxy add -> changed(state, proxies -> add(proxies, add.proxy()));
            case Event.RemoveProxy remove -> changed(state, proxies -> without(proxies, remove.name()));
            case Event.AddRoute add ->
                replaced(state, add.proxy(), proxy -> Proxies.withRoutes(proxy, plus(proxy, add.route())));
            case Event.RemoveRoute remove ->
                replaced(state, remove.proxy(), proxy -> Proxies.withRoutes(proxy, minus(proxy, remove.source())));
            case Event.ReplaceTargets replace ->
                replaced(state, replace.proxy(), proxy -> regrouped(proxy, replace.route(), replace.group()));
            case Event.AttachInterfaces attach -> attached(state, attach.names());
            case Event.DetachInterfaces detach -> detached(state, detach.names());
            case Event.EnableStatistics statistics -> {
                Desired desired = desired(state);
                yield state.with(
                        new Desired(desired.proxies(), desired.settings().withStatsEnabled(statistics.enabled())));
            }
            case Event.LimitRates limit -> limited(state, limits -> limits.with(limit.limits()));
            case Event.ClearRateLimits _ -> limited(state, limits -> RateLimits.NONE);
            case Event.Rebalance rebalance -> rebalanced(state, rebalance.tallies());
            case Event.PeerNews news -> PeerFold.told(state, news, now);
            case Event.ForceHealth force -> state.with(TargetFold.forced(state, force));
            case Event.StartDrain start -> TargetFold.drained(state, start, now);
            case Event.Undrain undrain -> state.with(TargetFold.undrained(state, undrain, now));
            case Event.ForceCircuit force -> state.with(TargetFold.circuit(state, force, now));
            case Event.HealthChanged changed -> state.with(TargetFold.told(state.conditions(), changed, now));
            case Event.ChecksFailed failed ->
                state.desired().isEmpty() ? state : state.with(TargetFold.failed(state, failed, now));
            case Event.Counted counted ->
                state.desired().isEmpty() ? state : state.with(TargetFold.counted(state, counted, now));
            case Event.LinksChanged changed -> state.with(state.observed().withLinks(changed.links()));
            case Event.PathsChanged changed -> state.with(state.observed().withPaths(changed.interfaces()));
            case Event.NetworkChanged _ -> state; // concerns what the data path remembers, not what it should hold
            case Event.NamesResolved resolved -> state.with(state.observed().withNames(resolved.addresses()));
        };
    }

    private static State applied(State state, Desired desired) {
        return state.with(Refusals.checked(Kept.of(state.desired(), desired), state));
    }

    private static State changed(State state, UnaryOperator<List<Proxy>> change) {
        Desired desired = desired(state);
        Desired next = new Desired(change.apply(desired.proxies()), desired.settings());
        return state.with(Refusals.checked(next, state));
    }

    private static State replaced(State state, String name, UnaryOperator<Proxy> change) {
        return changed(state, proxies -> {
            List<Proxy> result = new ArrayList<>(proxies);
            result.set(position(proxies, name), change.apply(proxies.get(position(proxies, name))));
            return result;
        });
    }

    private static State limited(State state, UnaryOperator<RateLimits> change) {
        Desired desired = desired(state);
        ControlPlane control = desired.settings().control();
        ControlPlane changed = control.withRateLimits(change.apply(control.rateLimits()));
        return state.with(new Desired(desired.proxies(), desired.settings().withControl(changed)));
    }

    /** Nothing else is concluded from these counts: circuits see what has changed since their own last look. */
    private static State rebalanced(State state, Map<Endpoint, Tally> tallies) {
        boolean isByConnections =
                desired(state).settings().control().loadBalancing().algorithm() == Algorithm.LEAST_CONNECTIONS;
        Conditions conditions = state.conditions();
        return isByConnections
                ? state.with(conditions.withBalances(Balance.of(state, conditions.withTallies(tallies))))
                : state;
    }

    private static Desired desired(State state) {
        return state.desired()
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_CONFIGURED, "no configuration has been applied yet"));
    }

    private static List<Proxy> add(List<Proxy> proxies, Proxy proxy) {
        List<Proxy> result = new ArrayList<>(proxies);
        result.add(proxy);
        return result;
    }

    private static List<Proxy> without(List<Proxy> proxies, String name) {
        List<Proxy> result = new ArrayList<>(proxies);
        result.remove(position(proxies, name));
        return result;
    }

    private static int position(List<Proxy> proxies, String name) {
        for (int i = 0; i < proxies.size(); i++) {
            if (proxies.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + name + "'");
    }

    private static List<SourceRoute> plus(Proxy proxy, SourceRoute route) {
        List<SourceRoute> routes = new ArrayList<>(proxy.sourceRoutes());
        routes.add(route);
        return routes;
    }

    private static List<SourceRoute> minus(Proxy proxy, Source source) {
        List<SourceRoute> routes = new ArrayList<>(proxy.sourceRoutes());
        routes.remove(position(proxy, source));
        return routes;
    }

    private static int position(Proxy proxy, Source source) {
        for (int i = 0; i < proxy.sourceRoutes().size(); i++) {
            if (proxy.sourceRoutes().get(i).source().equals(source)) {
                return i;
            }
        }
        throw new RefusedException(
                Reason.UNKNOWN_ROUTE, "proxy '" + proxy.name() + "' has no route for " + source.text());
    }

    private static Proxy regrouped(Proxy proxy, Optional<Source> route, Group group) {
        if (route.isEmpty()) {
            return Proxies.withDefaultGroup(proxy, group);
        }
        int position = position(proxy, route.get());
        List<SourceRoute> routes = new ArrayList<>(proxy.sourceRoutes());
        SourceRoute before = routes.get(position);
        routes.set(position, new SourceRoute(before.source(), group, before.sessionPersistence()));
        return Proxies.withRoutes(proxy, routes);
    }

    private static State attached(State state, List<String> names) {
        for (String name : names) {
            if (state.links().isPresent() && !state.links().get().containsKey(name)) {
                throw new RefusedException(Reason.UNKNOWN_INTERFACE, "there is no interface '" + name + "'");
            }
        }
        return state.withOverrides(names, true);
    }

    private static State detached(State state, List<String> names) {
        for (String name : names) {
            boolean listening = state.desired().stream()
                    .flatMap(desired -> desired.proxies().stream())
                    .anyMatch(proxy -> proxy.listen().interfaces().contains(name));
            boolean known = state.links().map(links -> links.containsKey(name)).orElse(true);
            if (!listening && !known && !state.overrides().containsKey(name)) {
                throw new RefusedException(Reason.UNKNOWN_INTERFACE, "there is no interface '" + name + "'");
            }
        }
        return state.withOverrides(names, false);
    }
}
