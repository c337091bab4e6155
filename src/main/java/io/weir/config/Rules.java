package io.weir.config;

import io.weir.model.AdminApi;
import io.weir.model.ControlPlane.Metrics;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.IpAddress.Family;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SniRoute;
import io.weir.model.SourceRoute;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** What must hold between parts of a configuration, where each part by itself is right. */
final class Rules {

    private final Lines lines;
    private final Findings findings;
    private final Map<String, String> paths = new HashMap<>();

    private Rules(Lines lines, Findings findings) {
        this.lines = lines;
        this.findings = findings;
    }

    /** @param proxies the ones that could be read, by their place in the file */
    static void check(SortedMap<Integer, Proxy> proxies, Settings settings, Lines lines, Findings findings) {
        Rules rules = new Rules(lines, findings);
        proxies.forEach((index, proxy) -> rules.proxy(Paths.item("proxies", index), proxy));
        rules.endpoints(settings.control().metrics(), settings.control().adminApi());
    }

    private void refuse(String path, String message) {
        findings.add(path, lines.of(path), message);
    }

    private void proxy(String path, Proxy proxy) {
        once("name " + proxy.name(), path + ".name", "the name " + proxy.name() + " is taken");
        listeners(path + ".listen", proxy.listen());
        Optional<Family> vip = proxy.listen().address().map(address -> address.family());
        vip.ifPresent(family -> hasFamily(path + ".default-target", proxy.defaultGroup(), family, "the VIP's"));
        sourceRoutes(path, proxy.sourceRoutes(), vip);
        sniRoutes(path, proxy.sniRoutes(), vip);
    }

    /** Says once of two proxies that they are in each other's way. */
    private void listeners(String path, Listen listen) {
        List<String> places = listen.address().isPresent()
                ? List.of(listen.address().get().toString())
                : listen.interfaces().stream().map(name -> "interface " + name).toList();
        Set<String> told = new HashSet<>();
        for (String place : places) {
            for (Protocol protocol : listen.protocols().stream().sorted().toList()) {
                String listener = place + " port " + listen.port() + " " + Words.of(protocol);
                String earlier = paths.getOrDefault(listener, path);
                if (told.add(earlier)) {
                    once(listener, path, listener + " is listened on twice");
                }
                paths.putIfAbsent(listener, path);
            }
        }
    }

    /** Refuses a second thing of the same name and says where the first one is. */
    private void once(String identity, String path, String message) {
        String earlier = paths.putIfAbsent(identity, path);
        if (earlier != null) {
            int line = lines.of(earlier);
            refuse(path, message + ", first by " + earlier + (line > 0 ? " on line " + line : ""));
        }
    }

    private void sourceRoutes(String proxy, List<SourceRoute> routes, Optional<Family> vip) {
        for (int i = 0; i < routes.size(); i++) {
            SourceRoute route = routes.get(i);
            String path = Paths.item(proxy + ".source-routes", i);
            Optional<Family> clients = vip;
            if (route.source() instanceof SourceRoute.Source.Prefix prefix) {
                Family family = prefix.cidr().address().family();
                if (vip.isPresent() && vip.get() != family) {
                    refuse(
                            path + ".source",
                            name(family) + " clients never reach the VIP, which is " + name(vip.get()));
                    continue;
                }
                clients = Optional.of(family);
            }
            String source = text(route.source());
            once(proxy + " source " + source, path + ".source", "the source " + source + " is routed twice");
            clients.ifPresent(family -> hasFamily(path, route.group(), family, "its clients'"));
        }
    }

    private void sniRoutes(String proxy, List<SniRoute> routes, Optional<Family> vip) {
        for (int i = 0; i < routes.size(); i++) {
            SniRoute route = routes.get(i);
            String path = Paths.item(proxy + ".sni-routes", i);
            once(
                    proxy + " sni " + route.hostname(),
                    path + ".sni-hostname",
                    "the name " + route.hostname() + " is routed twice");
            vip.ifPresent(family -> hasFamily(path, route.group(), family, "the VIP's"));
        }
    }

    static String text(SourceRoute.Source source) {
        return switch (source) {
            case SourceRoute.Source.Prefix prefix -> prefix.cidr().toString();
            case SourceRoute.Source.Host host -> host.name();
        };
    }

    /** A name may turn out to have any family; only addresses are judged. */
    private void hasFamily(String path, Group group, Family family, String whose) {
        boolean served = group.targets().stream().anyMatch(target -> switch (target.destination()) {
            case Destination.Fixed fixed -> fixed.endpoint().address().family() == family;
            case Destination.Named named -> true;
        });
        if (!served) {
            refuse(
                    path,
                    "none of its targets is " + name(family) + ", " + whose + " family; a client only goes to a"
                            + " target of its own family");
        }
    }

    private static String name(Family family) {
        return family == Family.V4 ? "IPv4" : "IPv6";
    }

    private void endpoints(Metrics metrics, AdminApi adminApi) {
        boolean both = metrics.enabled() && adminApi.enabled() && metrics.port() == adminApi.port();
        boolean samePlace = metrics.bind().equals(adminApi.bind())
                || metrics.bind().isUnspecified()
                || adminApi.bind().isUnspecified();
        if (both && samePlace) {
            refuse("settings.admin-api.port", adminApi.port() + " is the port of the metrics too; they need two ports");
        }
    }
}
