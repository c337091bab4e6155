package io.weir.engine;

import io.weir.engine.RefusedException.Reason;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold between the parts of a configuration, whoever made it: a file, the Java API, the admin API. */
final class Rules {

    private Rules() {}

    /**
     * @param state before; proxies it has already are not looked at again by themselves
     * @throws RefusedException if it breaks a rule
     */
    static Desired checked(Desired desired, State state) {
        Set<Proxy> known = Collections.newSetFromMap(new IdentityHashMap<>());
        state.desired().ifPresent(before -> known.addAll(before.proxies()));
        Map<String, Proxy> byName = new HashMap<>();
        Map<ListenKey, Proxy> listeners = new HashMap<>();
        for (Proxy proxy : desired.proxies()) {
            if (byName.putIfAbsent(proxy.name(), proxy) != null) {
                throw new RefusedException(Reason.DUPLICATE_NAME, "there is a proxy '" + proxy.name() + "' already");
            }
            for (ListenKey key : listenKeys(proxy.listen())) {
                Proxy other = listeners.putIfAbsent(key, proxy);
                if (other != null && other != proxy) {
                    throw new RefusedException(
                            Reason.LISTENER_CONFLICT,
                            "proxies '" + other.name() + "' and '" + proxy.name() + "' both listen on " + key);
                }
            }
            if (!known.contains(proxy)) {
                checkProxy(proxy, state.names());
            }
        }
        return desired;
    }

    private static void checkProxy(Proxy proxy, Map<String, List<IpAddress>> names) {
        if (!proxy.sniRoutes().isEmpty()) {
            throw new RefusedException(
                    Reason.UNSUPPORTED, "proxy '" + proxy.name() + "': SNI routes are not supported yet");
        }
        Optional<Family> vip = proxy.listen().address().map(IpAddress::family);
        checkGroup(proxy, proxy.defaultGroup(), vip);
        checkRoutes(proxy, vip, names);
    }

    /** What makes two listeners the same to the data path: a VIP, or an interface, with port and protocol. */
    private record ListenKey(String place, int port, Protocol protocol) {
        @Override
        public String toString() {
            return place + " " + protocol + " port " + port;
        }
    }

    private static Set<ListenKey> listenKeys(Listen listen) {
        List<String> places =
                listen.address().map(vip -> List.of(vip.toString())).orElse(listen.interfaces());
        Set<ListenKey> keys = new HashSet<>();
        for (Protocol protocol : listen.protocols()) {
            places.forEach(place -> keys.add(new ListenKey(place, listen.port(), protocol)));
        }
        return keys;
    }

    private static void checkRoutes(Proxy proxy, Optional<Family> vip, Map<String, List<IpAddress>> names) {
        Set<Source> seen = new HashSet<>();
        for (SourceRoute route : proxy.sourceRoutes()) {
            Optional<Family> clients = route.source() instanceof Source.Prefix(Cidr cidr)
                    ? Optional.of(cidr.address().family())
                    : vip;
            if (vip.isPresent() && !clients.equals(vip)) {
                throw new RefusedException(
                        Reason.INVALID_ROUTE,
                        "proxy '" + proxy.name() + "': clients from " + text(route.source())
                                + " never reach the VIP, which is of the other family");
            }
            checkGroup(proxy, route.group(), clients);
            if (prefixes(route.source(), names).isEmpty()) {
                throw new RefusedException(
                        Reason.UNRESOLVED_NAME,
                        "proxy '" + proxy.name() + "': no address is known for " + text(route.source()));
            }
            if (!seen.add(route.source())) {
                throw new RefusedException(
                        Reason.DUPLICATE_ROUTE,
                        "proxy '" + proxy.name() + "' has two routes for " + text(route.source()));
            }
        }
    }

    /** @param clients the family of all clients, if they have one */
    private static void checkGroup(Proxy proxy, Group group, Optional<Family> clients) {
        int sum = group.targets().stream().mapToInt(Target::weight).sum();
        int size = group.targets().size();
        if (size > 1 && size <= Group.MAX_PERCENT_TARGETS && sum != 100) {
            throw new RefusedException(
                    Reason.INVALID_GROUP,
                    "proxy '" + proxy.name() + "': the weights of a group sum to 100, not " + sum);
        }
        if (group.targets().stream().map(Target::destination).distinct().count() < size) {
            throw new RefusedException(
                    Reason.INVALID_GROUP, "proxy '" + proxy.name() + "' has a target twice in one group");
        }
        if (clients.isPresent() && group.targets().stream().noneMatch(target -> mayServe(target, clients.get()))) {
            throw new RefusedException(
                    Reason.INVALID_GROUP,
                    "proxy '" + proxy.name() + "': no target is of its clients' family, " + clients.get());
        }
    }

    private static boolean mayServe(Target target, Family clients) {
        return switch (target.destination()) {
            case Destination.Fixed fixed -> fixed.endpoint().address().family() == clients;
            case Destination.Named named -> true;
        };
    }

    /** The prefixes a route stands for; a host name stands for each of its addresses. */
    static List<Cidr> prefixes(Source source, Map<String, List<IpAddress>> names) {
        return switch (source) {
            case Source.Prefix prefix -> List.of(prefix.cidr());
            case Source.Host host -> {
                List<IpAddress> addresses = names.getOrDefault(host.name(), List.of());
                yield addresses.stream().distinct().map(Cidr::of).toList();
            }
        };
    }

    static String text(Source source) {
        return switch (source) {
            case Source.Prefix prefix -> prefix.cidr().toString();
            case Source.Host host -> host.name();
        };
    }
}
