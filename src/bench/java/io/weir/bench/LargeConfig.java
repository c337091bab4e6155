package io.weir.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Configurations as text: one proxy, or a thousand with ten thousand source routes and a group of a thousand targets. */
final class LargeConfig {

    static final int PROXIES = 1_000;
    static final int ROUTES = 10_000;
    static final int TARGETS = 1_000;

    /** The proxy all routes and targets belong to; its listener is that of {@link Addresses#V4}. */
    static final String MAIN = "main";

    private LargeConfig() {}

    static String one() {
        return "[" + proxy(MAIN, "192.0.2.1", "{:ip \"172.16.2.2\" :port 8080}", "") + "]";
    }

    static String large() {
        String routes = IntStream.range(0, ROUTES)
                .mapToObj(i -> "{:source \"11.%d.%d.0/24\" :target {:ip \"172.16.2.2\" :port 8080}}"
                        .formatted(i / 256, i % 256))
                .collect(Collectors.joining("\n", " :source-routes [", "]"));
        return IntStream.range(1, PROXIES)
                .mapToObj(i -> proxy(name(i), address(i), target(i), ""))
                .collect(Collectors.joining("\n", "[" + proxy(MAIN, "192.0.2.1", targets(1), routes) + "\n", "]"));
    }

    /** A thousand targets, each with a share; the first has another for each seed. */
    static String targets(int seed) {
        return IntStream.range(0, TARGETS)
                .mapToObj(i -> "{:ip \"172.20.%d.%d\" :port 8080 :weight %d}"
                        .formatted(i / 200, 1 + i % 200, i == 0 ? 1 + seed % 7 : 1))
                .collect(Collectors.joining("\n", "[", "]"));
    }

    /** A proxy whose only target differs by seed. */
    static String small(int number, int seed) {
        return proxy(name(number), address(number), target(seed), "");
    }

    /** A thousand proxies of two targets each, all of whose weights differ by seed. */
    static String pairs(int seed) {
        int share = 20 + seed % 60;
        String pair = "[{:ip \"172.20.%d.%d\" :port 8080 :weight " + share + "} {:ip \"172.20.%1$d.%2$d\" :port 8081 :weight "
                + (100 - share) + "}]";
        return IntStream.range(0, PROXIES)
                .mapToObj(i -> proxy(name(i), address(i), pair.formatted(i / 200, 1 + i % 200), ""))
                .collect(Collectors.joining("\n", "[", "]"));
    }

    static String name(int number) {
        return "proxy" + number;
    }

    private static String address(int number) {
        return "198.18." + number / 200 + "." + (1 + number % 200);
    }

    private static String target(int seed) {
        return "{:ip \"172.20.9." + (1 + seed % 200) + "\" :port 8080}";
    }

    static String proxy(String name, String address, String targets, String more) {
        return "{:name \"%s\" :listen {:interfaces [\"client0\"] :address \"%s\" :port 80 :protocols [:tcp]} :default-target %s%s}"
                .formatted(name, address, targets, more);
    }
}
