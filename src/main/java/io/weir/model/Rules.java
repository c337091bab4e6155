package io.weir.model;

import io.weir.model.Contradiction.GroupPlace;
import io.weir.model.Contradiction.Listener;
import io.weir.model.Contradiction.Listener.Place;
import io.weir.model.IpAddress.Family;
import io.weir.model.SourceRoute.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** What must hold between the parts of a configuration, whoever made it: a file, the Java API, the admin API. */
public final class Rules {

    private final Consumer<Contradiction> found;
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<Listener, Integer> listeners = new HashMap<>();

    private Rules(Consumer<Contradiction> found) {
        this.found = found;
    }

    /**
     * Tells of each contradiction, proxy by proxy.
     *
     * @param settings what they are to run with
     * @param before what each proxy was when it was right: what is the same object since, and sees the same clients, is
     *     only held against the others
     */
    public static void check(
            List<Proxy> proxies,
            Settings settings,
            Function<Proxy, Optional<Proxy>> before,
            Consumer<Contradiction> found) {
        Rules rules = new Rules(found);
        List<Optional<Proxy>> known = proxies.stream().map(before).toList();
        boolean listenAsBefore = true; // then nobody is in another's way
        for (int i = 0; i < proxies.size() && listenAsBefore; i++) {
            Listen listen = proxies.get(i).listen();
            listenAsBefore =
                    known.get(i).filter(last -> last.listen().equals(listen)).isPresent();
        }
        for (int i = 0; i < proxies.size(); i++) {
            Proxy proxy = proxies.get(i);
            rules.name(i, proxy.name());
            if (!listenAsBefore) {
                rules.listeners(i, proxy.listen());
            }
            if (known.get(i).isEmpty() || known.get(i).get() != proxy) {
                rules.parts(i, proxy, known.get(i).filter(last -> vip(last).equals(vip(proxy))));
            }
        }
        BoundTargets.check(proxies, settings, found);
    }

    private static Optional<Family> vip(Proxy proxy) {
        return proxy.listen().address().map(IpAddress::family);
    }

    private void parts(int number, Proxy proxy, Optional<Proxy> known) {
        if (known.filter(last -> last.defaultGroup() == proxy.defaultGroup()).isEmpty()) {
            group(number, new GroupPlace.Default(), proxy.defaultGroup(), vip(proxy));
        }
        int[] positions = Alignment.of(known.map(Proxy::sourceRoutes).orElse(List.of()), proxy.sourceRoutes());
        sourceRoutes(number, proxy.sourceRoutes(), positions, vip(proxy));
        sniRoutes(number, proxy.sniRoutes(), vip(proxy));
    }

    private void name(int proxy, String name) {
        Integer first = names.putIfAbsent(name, proxy);
        if (first != null) {
            found.accept(new Contradiction.NameTaken(proxy, first, name));
        }
    }

    /** Says once of two proxies that they are in each other's way. */
    private void listeners(int proxy, Listen listen) {
        Set<Integer> told = new HashSet<>();
        for (Listener listener : listenersOf(listen)) {
            Integer first = listeners.putIfAbsent(listener, proxy);
            if (first != null && first != proxy && told.add(first)) {
                found.accept(new Contradiction.ListenerTaken(proxy, first, listener));
            }
        }
    }

    private static List<Listener> listenersOf(Listen listen) {
        List<Place> places = listen.address()
                .map(vip -> List.<Place>of(new Place.Vip(vip)))
                .orElseGet(() -> listen.interfaces().stream()
                        .<Place>map(Place.Interface::new)
                        .toList());
        List<Listener> listeners = new ArrayList<>();
        for (Place place : places) {
            for (Protocol protocol : new TreeSet<>(listen.protocols())) {
                listeners.add(new Listener(place, listen.port(), protocol));
            }
        }
        return listeners;
    }

    /** @param known -1 where a route is new */
    private void sourceRoutes(int proxy, List<SourceRoute> routes, int[] known, Optional<Family> vip) {
        Set<Source> fresh = new HashSet<>();
        for (int i = 0; i < known.length; i++) {
            if (known[i] < 0) {
                fresh.add(routes.get(i).source());
            }
        }
        Map<Source, Integer> sources = new HashMap<>();
        for (int i = 0; i < routes.size() && !fresh.isEmpty(); i++) {
            SourceRoute route = routes.get(i);
            if (!fresh.contains(route.source())) {
                continue; // of those that were right together, two are not for the same
            }
            Optional<Family> clients = route.source() instanceof Source.Prefix(Cidr cidr)
                    ? Optional.of(cidr.address().family())
                    : vip;
            if (vip.isPresent() && !clients.equals(vip)) {
                found.accept(
                        new Contradiction.RouteUnreachable(proxy, i, route.source(), clients.orElseThrow(), vip.get()));
                continue;
            }
            Integer first = sources.putIfAbsent(route.source(), i);
            if (first != null) {
                found.accept(new Contradiction.SourceTaken(proxy, i, first, route.source()));
            }
            if (known[i] < 0) {
                group(proxy, new GroupPlace.OfSourceRoute(i), route.group(), clients);
            }
        }
    }

    private void sniRoutes(int proxy, List<SniRoute> routes, Optional<Family> vip) {
        Map<String, Integer> hostnames = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            SniRoute route = routes.get(i);
            Integer first = hostnames.putIfAbsent(route.hostname(), i);
            if (first != null) {
                found.accept(new Contradiction.SniNameTaken(proxy, i, first, route.hostname()));
            }
            group(proxy, new GroupPlace.OfSniRoute(i), route.group(), vip);
        }
    }

    /** @param clients the family of all clients, if they have one */
    private void group(int proxy, GroupPlace place, Group group, Optional<Family> clients) {
        List<Target> targets = group.targets();
        wrongSum(targets.stream().map(Target::weight).toList())
                .ifPresent(sum -> found.accept(new Contradiction.WrongSum(proxy, place, sum)));
        if (targets.stream()
                        .map(target -> target.destination().text())
                        .distinct()
                        .count()
                < targets.size()) {
            found.accept(new Contradiction.TargetTwice(proxy, place));
        }
        clients.filter(family -> targets.stream().noneMatch(target -> mayServe(target, family)))
                .ifPresent(family -> found.accept(new Contradiction.FamilyUnserved(proxy, place, family)));
    }

    /** A name may turn out to have any family; only addresses are judged. */
    private static boolean mayServe(Target target, Family clients) {
        return switch (target.destination()) {
            case Destination.Fixed fixed -> fixed.endpoint().address().family() == clients;
            case Destination.Named named -> true;
        };
    }

    /** What the weights of a group sum to, if they should sum to 100 and do not. */
    public static OptionalInt wrongSum(List<Integer> weights) {
        int sum = weights.stream().mapToInt(Integer::intValue).sum();
        boolean percent = weights.size() > 1 && weights.size() <= Group.MAX_PERCENT_TARGETS;
        return percent && sum != 100 ? OptionalInt.of(sum) : OptionalInt.empty();
    }
}
