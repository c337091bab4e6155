package io.weir.config;

import io.weir.model.AdminApi;
import io.weir.model.Contradiction;
import io.weir.model.Contradiction.GroupPlace;
import io.weir.model.Contradiction.Listener;
import io.weir.model.Contradiction.Listener.Place;
import io.weir.model.ControlPlane.Metrics;
import io.weir.model.IpAddress.Family;
import io.weir.model.Proxy;
import io.weir.model.Rules;
import io.weir.model.Settings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Says which parts of a file cannot stand together, and on which lines they are. */
final class Contradictions {

    private final List<Integer> indices;
    private final Lines lines;
    private final Findings findings;

    private Contradictions(List<Integer> indices, Lines lines, Findings findings) {
        this.indices = indices;
        this.lines = lines;
        this.findings = findings;
    }

    /** @param proxies the ones that could be read, by their place in the file */
    static void find(SortedMap<Integer, Proxy> proxies, Settings settings, Lines lines, Findings findings) {
        Contradictions contradictions = new Contradictions(List.copyOf(proxies.keySet()), lines, findings);
        Rules.check(List.copyOf(proxies.values()), settings, proxy -> Optional.empty(), contradictions::tell);
        contradictions.endpoints(
                settings.control().metrics(), settings.control().adminApi());
    }

    private void refuse(String path, String message) {
        findings.add(path, lines.of(path), message);
    }

    /** Refuses a second thing of the same name and says where the first one is. */
    private void refuse(String path, String message, String earlier) {
        int line = lines.of(earlier);
        refuse(path, message + ", first by " + earlier + (line > 0 ? " on line " + line : ""));
    }

    private String path(int proxy) {
        return Paths.item("proxies", indices.get(proxy));
    }

    private void tell(Contradiction contradiction) {
        String path = path(contradiction.proxy());
        switch (contradiction) {
            case Contradiction.NameTaken taken ->
                refuse(path + ".name", "the name " + taken.name() + " is taken", path(taken.first()) + ".name");
            case Contradiction.ListenerTaken taken ->
                refuse(
                        path + ".listen",
                        text(taken.listener()) + " is listened on twice",
                        path(taken.first()) + ".listen");
            case Contradiction.RouteUnreachable route ->
                refuse(
                        sourceRoute(path, route.route()) + ".source",
                        name(route.clients()) + " clients never reach the VIP, which is " + name(route.vip()));
            case Contradiction.SourceTaken taken ->
                refuse(
                        sourceRoute(path, taken.route()) + ".source",
                        "the source " + taken.source().text() + " is routed twice",
                        sourceRoute(path, taken.first()) + ".source");
            case Contradiction.SniNameTaken taken ->
                refuse(
                        sniRoute(path, taken.route()) + ".sni-hostname",
                        "the name " + taken.hostname() + " is routed twice",
                        sniRoute(path, taken.first()) + ".sni-hostname");
            case Contradiction.FamilyUnserved unserved -> unserved(path, unserved.group(), unserved.clients());
            case Contradiction.LinkLocal target -> refuse(path, target.text());
            case Contradiction.Loopback target -> refuse(path, target.text());
            case Contradiction.WrongSum _, Contradiction.TargetTwice _ -> {
                // Told when the group was read: there each target still had its line.
            }
        }
    }

    private void unserved(String path, GroupPlace group, Family clients) {
        String place = switch (group) {
            case GroupPlace.Default _ -> path + ".default-target";
            case GroupPlace.OfSourceRoute(int route) -> sourceRoute(path, route);
            case GroupPlace.OfSniRoute(int route) -> sniRoute(path, route);
        };
        String whose = group instanceof GroupPlace.OfSourceRoute ? "its clients'" : "the VIP's";
        refuse(
                place,
                "none of its targets is " + name(clients) + ", " + whose + " family; a client only goes to a target of"
                        + " its own family");
    }

    private static String sourceRoute(String proxy, int index) {
        return Paths.item(proxy + ".source-routes", index);
    }

    private static String sniRoute(String proxy, int index) {
        return Paths.item(proxy + ".sni-routes", index);
    }

    private static String text(Listener listener) {
        String place = switch (listener.place()) {
            case Place.Vip(var address) -> address.toString();
            case Place.Interface(String name) -> "interface " + name;
        };
        return place + " port " + listener.port() + " " + Words.of(listener.protocol());
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
