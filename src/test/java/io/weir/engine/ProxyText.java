package io.weir.engine;

import io.weir.model.Cidr;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proxies in one line: {@code web: eth0,eth1 10.9.0.1 80 tcp,udp persistent -> 10.0.0.1:8080*50 10.0.0.2:8080*50;
 * 192.168.0.0/16 -> 10.0.0.9:80}. VIP, protocols (both) and {@code persistent} may be missing.
 */
final class ProxyText {

    private ProxyText() {}

    static Proxy proxy(String text) {
        int colon = text.indexOf(": ");
        String[] parts = text.substring(colon + 2).split("; *");
        String[] sides = parts[0].split(" -> ");
        List<String> words = new ArrayList<>(Arrays.asList(sides[0].trim().split(" ")));
        boolean persistent = words.remove("persistent");
        List<String> interfaces = List.of(words.removeFirst().split(","));
        Optional<IpAddress> vip = words.getFirst().matches(".*[.:].*")
                ? Optional.of(IpAddress.parse(words.removeFirst()))
                : Optional.empty();
        int port = Integer.parseInt(words.removeFirst());
        Set<Protocol> protocols = words.isEmpty()
                ? Set.of(Protocol.values())
                : Arrays.stream(words.getFirst().split(","))
                        .map(word -> Protocol.valueOf(word.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet());
        List<SourceRoute> routes =
                Arrays.stream(parts).skip(1).map(ProxyText::route).toList();
        return new Proxy(
                text.substring(0, colon),
                new Listen(interfaces, port, vip, protocols),
                group(sides[1]),
                routes,
                List.of(),
                persistent,
                Optional.empty());
    }

    static SourceRoute route(String text) {
        String[] sides = text.split(" -> ");
        return new SourceRoute(
                source(sides[0].replace(" persistent", "")), group(sides[1]), sides[0].endsWith("persistent"));
    }

    static Source source(String text) {
        return text.matches(".*[a-z]\\..*") ? new Source.Host(text.trim()) : new Source.Prefix(Cidr.parse(text.trim()));
    }

    static Group group(String text) {
        return new Group(
                Arrays.stream(text.trim().split(" ")).map(ProxyText::target).toList());
    }

    private static Target target(String text) {
        int star = text.indexOf('*');
        String place = star < 0 ? text : text.substring(0, star);
        int weight = star < 0 ? 100 : Integer.parseInt(text.substring(star + 1));
        Destination destination = place.matches("[a-z].*")
                ? new Destination.Named(
                        place.substring(0, place.indexOf(':')),
                        Integer.parseInt(place.substring(place.indexOf(':') + 1)),
                        Duration.ofSeconds(30))
                : new Destination.Fixed(Endpoint.parse(place));
        return new Target(destination, weight, Optional.empty());
    }
}
