package io.weir.model;

import io.weir.model.Contradiction.LinkLocal.Why;
import io.weir.model.IpAddress.Family;
import io.weir.model.Settings.XdpMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Targets whose address means something on one interface alone, so that no routing table leads to them from another one: those
 * with a zone, and ::1, which Linux takes by {@code lo} only (RFC 4291 section 2.5.3). TC can send there, XDP cannot.
 */
public final class BoundTargets {

    private static final String LOOPBACK = "lo";

    private BoundTargets() {}

    /** Interfaces by which clients come in for such a target on another one. */
    public static Set<String> needTc(List<Proxy> proxies) {
        Set<String> interfaces = new HashSet<>();
        for (Proxy proxy : proxies) {
            in(proxy)
                    .forEach(target -> proxy.listen().interfaces().stream()
                            .filter(name -> !isOn(target, name))
                            .forEach(interfaces::add));
        }
        return interfaces;
    }

    /** Tells of those the settings leave without a way there or back, and of two that are told apart by their zone alone. */
    static void check(List<Proxy> proxies, Settings settings, Consumer<Contradiction> found) {
        Set<String> caught = new HashSet<>(settings.replyInterfaces().orElse(List.of()));
        proxies.forEach(proxy -> caught.addAll(proxy.listen().interfaces()));
        Map<Endpoint, Endpoint> first = new HashMap<>();
        for (int i = 0; i < proxies.size(); i++) {
            for (Endpoint target : in(proxies.get(i))) {
                Endpoint alike = new Endpoint(target.address(), Optional.empty(), target.port());
                if (!first.computeIfAbsent(alike, absent -> target).equals(target)) {
                    found.accept(new Contradiction.LinkLocal(i, target, Why.ALIKE));
                }
                if (isXdp(settings.xdpMode())
                        && !proxies.get(i).listen().interfaces().stream().allMatch(name -> isOn(target, name))) {
                    found.accept(
                            target.zone().isPresent()
                                    ? new Contradiction.LinkLocal(i, target, Why.NEEDS_TC)
                                    : new Contradiction.Loopback(i, target));
                }
                if (target.zone().isPresent()
                        && settings.replyInterfaces().isPresent()
                        && caught.stream().noneMatch(name -> isOn(target, name))) {
                    found.accept(new Contradiction.LinkLocal(i, target, Why.REPLIES_MISSED));
                }
            }
        }
    }

    private static boolean isXdp(XdpMode mode) {
        return mode == XdpMode.NATIVE || mode == XdpMode.GENERIC;
    }

    private static boolean isOn(Endpoint target, String name) {
        return target.zone().orElse(LOOPBACK).equals(name);
    }

    /** Asked of every proxy at every change: nearly all have none, which has to cost nothing; so no iterators either. */
    private static Set<Endpoint> in(Proxy proxy) {
        Set<Endpoint> found = collect(proxy.defaultGroup(), Set.of());
        List<SourceRoute> routes = proxy.sourceRoutes();
        for (int i = 0; i < routes.size(); i++) {
            found = collect(routes.get(i).group(), found);
        }
        for (SniRoute route : proxy.sniRoutes()) {
            found = collect(route.group(), found);
        }
        return found;
    }

    /** @return what was found before, or a copy with more */
    private static Set<Endpoint> collect(Group group, Set<Endpoint> before) {
        Set<Endpoint> found = before;
        List<Target> targets = group.targets();
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i).destination() instanceof Destination.Fixed(Endpoint endpoint)
                    && (endpoint.zone().isPresent() || isLoopback(endpoint.address()))
                    && !found.contains(endpoint)) {
                found = new LinkedHashSet<>(found);
                found.add(endpoint);
            }
        }
        return found;
    }

    private static boolean isLoopback(IpAddress address) {
        return address.family() == Family.V6 && address.isLoopback();
    }
}
