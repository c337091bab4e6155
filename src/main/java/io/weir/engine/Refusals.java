package io.weir.engine;

import io.weir.engine.RefusedException.Reason;
import io.weir.model.Alignment;
import io.weir.model.Contradiction;
import io.weir.model.Contradiction.Listener;
import io.weir.model.Contradiction.Listener.Place;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import io.weir.model.Rules;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Refuses a configuration that contradicts itself, or that this node cannot carry out, at the first thing found. */
final class Refusals {

    private Refusals() {}

    /**
     * @param state before; proxies it has already are not looked at again by themselves
     * @throws RefusedException if it cannot be
     */
    static Desired checked(Desired desired, State state) {
        List<Proxy> before = state.desired().map(Desired::proxies).orElse(List.of());
        int[] positions = Alignment.of(before, desired.proxies());
        List<Proxy> fresh = IntStream.range(0, positions.length)
                .filter(i -> positions[i] < 0)
                .mapToObj(desired.proxies()::get)
                .toList();
        Set<Proxy> unseen = Collections.newSetFromMap(new IdentityHashMap<>());
        unseen.addAll(fresh);
        Map<String, Proxy> named = named(fresh, before);
        fresh.forEach(Refusals::refuseSniRoutes);
        Rules.check(
                desired.proxies(),
                desired.settings(),
                proxy -> Optional.ofNullable(unseen.contains(proxy) ? named.get(proxy.name()) : proxy),
                contradiction -> {
                    throw refusal(contradiction, desired.proxies());
                });
        fresh.forEach(proxy -> refuseUnresolved(proxy, Optional.ofNullable(named.get(proxy.name())), state.observed()));
        return desired;
    }

    /** Those of before that have a name of one of these. */
    private static Map<String, Proxy> named(List<Proxy> fresh, List<Proxy> before) {
        Set<String> names = new HashSet<>();
        fresh.forEach(proxy -> names.add(proxy.name()));
        Map<String, Proxy> named = new HashMap<>();
        before.stream().filter(proxy -> names.contains(proxy.name())).forEach(proxy -> named.put(proxy.name(), proxy));
        return named;
    }

    private static void refuseSniRoutes(Proxy proxy) {
        if (!proxy.sniRoutes().isEmpty()) {
            throw new RefusedException(
                    Reason.UNSUPPORTED, "proxy '" + proxy.name() + "': SNI routes are not supported yet");
        }
    }

    private static void refuseUnresolved(Proxy proxy, Optional<Proxy> before, Observed observed) {
        List<SourceRoute> routes = proxy.sourceRoutes();
        int[] positions = Alignment.of(before.map(Proxy::sourceRoutes).orElse(List.of()), routes);
        for (int i = 0; i < positions.length; i++) {
            Source source = routes.get(i).source();
            if (positions[i] < 0 && observed.prefixes(source).isEmpty()) {
                throw new RefusedException(
                        Reason.UNRESOLVED_NAME,
                        "proxy '" + proxy.name() + "': no address is known for " + source.text());
            }
        }
    }

    private static RefusedException refusal(Contradiction contradiction, List<Proxy> proxies) {
        String proxy = "proxy '" + proxies.get(contradiction.proxy()).name() + "'";
        return switch (contradiction) {
            case Contradiction.NameTaken _ ->
                new RefusedException(Reason.DUPLICATE_NAME, "there is a " + proxy + " already");
            case Contradiction.ListenerTaken taken ->
                new RefusedException(
                        Reason.LISTENER_CONFLICT,
                        "proxies '" + proxies.get(taken.first()).name() + "' and '"
                                + proxies.get(taken.proxy()).name() + "' both listen on " + text(taken.listener()));
            case Contradiction.RouteUnreachable route ->
                new RefusedException(
                        Reason.INVALID_ROUTE,
                        proxy + ": clients from " + route.source().text()
                                + " never reach the VIP, which is of the other family");
            case Contradiction.SourceTaken taken ->
                new RefusedException(
                        Reason.DUPLICATE_ROUTE,
                        proxy + " has two routes for " + taken.source().text());
            case Contradiction.SniNameTaken taken ->
                new RefusedException(Reason.DUPLICATE_ROUTE, proxy + " has two routes for " + taken.hostname());
            case Contradiction.WrongSum wrong ->
                new RefusedException(
                        Reason.INVALID_GROUP, proxy + ": the weights of a group sum to 100, not " + wrong.sum());
            case Contradiction.TargetTwice _ ->
                new RefusedException(Reason.INVALID_GROUP, proxy + " has a target twice in one group");
            case Contradiction.FamilyUnserved unserved ->
                new RefusedException(
                        Reason.INVALID_GROUP, proxy + ": no target is of its clients' family, " + unserved.clients());
            case Contradiction.LinkLocal target ->
                new RefusedException(Reason.INVALID_GROUP, proxy + ": " + target.text());
            case Contradiction.Loopback target ->
                new RefusedException(Reason.INVALID_GROUP, proxy + ": " + target.text());
        };
    }

    private static String text(Listener listener) {
        String place = switch (listener.place()) {
            case Place.Vip(var address) -> address.toString();
            case Place.Interface(String name) -> name;
        };
        return place + " " + listener.protocol() + " port " + listener.port();
    }
}
