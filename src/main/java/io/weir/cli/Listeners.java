package io.weir.cli;

import io.weir.model.CircuitBreaker;
import io.weir.model.Cluster;
import io.weir.model.Desired;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says where a configuration listens, and what of it an operator may not have meant. */
final class Listeners {

    private static final List<Path> FORWARDING =
            List.of(Path.of("/proc/sys/net/ipv4/ip_forward"), Path.of("/proc/sys/net/ipv6/conf/all/forwarding"));

    private Listeners() {}

    /** {@code web on eth0 192.0.2.80:80, dns on eth0 *:53}. */
    static String describe(Desired desired) {
        return desired.proxies().stream()
                .map(proxy ->
                        proxy.name() + " on " + String.join("+", proxy.listen().interfaces()) + " "
                                + address(proxy.listen()) + ":" + proxy.listen().port())
                .collect(Collectors.joining(", "));
    }

    static List<String> warnings(Desired desired) {
        return Stream.concat(routed(desired), blindBreakers(desired)).toList();
    }

    /** On a host that forwards, a listener without an address also takes what the host only routes. */
    private static Stream<String> routed(Desired desired) {
        return forwards()
                ? desired.proxies().stream()
                        .filter(proxy -> proxy.listen().address().isEmpty())
                        .map(Listeners::warning)
                : Stream.empty();
    }

    /** A check that fails counts for the breaker of the node that makes it. */
    private static Stream<String> blindBreakers(Desired desired) {
        Cluster cluster = desired.settings().control().cluster();
        if (!cluster.enabled()
                || cluster.sync().checkers().isEmpty()
                || cluster.sync().circuitBreaker()) {
            return Stream.empty();
        }
        return desired.proxies().stream()
                .filter(proxy -> proxy.circuitBreaker()
                        .or(() -> desired.settings().control().circuitBreaker())
                        .filter(CircuitBreaker::enabled)
                        .isPresent())
                .map(proxy -> "the :circuit-breaker of proxy '" + proxy.name()
                        + "' does not see checks fail that other nodes make for this one (:health-check-share), and is not"
                        + " told of their circuits; write :sync-circuit-breaker true, or leave the share out");
    }

    private static String warning(Proxy proxy) {
        return "proxy '" + proxy.name() + "' listens without :address on a host that forwards: it also takes port "
                + proxy.listen().port()
                + " of traffic that is only routed through; give it the :address of the service";
    }

    private static String address(Listen listen) {
        return listen.address().map(IpAddress::beforePort).orElse("*");
    }

    private static boolean forwards() {
        for (Path file : FORWARDING) {
            try {
                if (!Files.readString(file).strip().equals("0")) {
                    return true;
                }
            } catch (IOException absent) {
                // a kernel without this family forwards nothing of it
            }
        }
        return false;
    }
}
