package io.weir.config;

import io.weir.model.CircuitBreaker;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.HealthCheck;
import io.weir.model.Listen;
import io.weir.model.Proxy;
import io.weir.model.SniRoute;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration as plain maps under the keys of the file, in the order a person would write them. Values are maps,
 * lists, strings, numbers, booleans, {@link Keyword}s and, where nil differs from saying nothing, {@code Optional}s.
 */
public final class ConfigTree {

    private ConfigTree() {}

    /** A keyword; its name is kept without the colon, which is also how JSON shows it. */
    public record Keyword(String name) {
        @Override
        public String toString() {
            return name;
        }

        static Keyword of(Enum<?> constant) {
            return new Keyword(Words.of(constant));
        }
    }

    /** The whole file. */
    public static Map<String, Object> of(Desired desired) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("proxies", desired.proxies().stream().map(ConfigTree::of).toList());
        tree.put("settings", SettingsTree.of(desired.settings()));
        return tree;
    }

    /** One item of {@code :proxies}. */
    public static Map<String, Object> of(Proxy proxy) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", proxy.name());
        tree.put("listen", of(proxy.listen()));
        tree.put("default-target", of(proxy.defaultGroup()));
        if (!proxy.sourceRoutes().isEmpty()) {
            tree.put(
                    "source-routes",
                    proxy.sourceRoutes().stream().map(ConfigTree::of).toList());
        }
        if (!proxy.sniRoutes().isEmpty()) {
            tree.put(
                    "sni-routes", proxy.sniRoutes().stream().map(ConfigTree::of).toList());
        }
        tree.put("session-persistence", proxy.sessionPersistence());
        proxy.circuitBreaker().ifPresent(breaker -> tree.put("circuit-breaker", of(breaker)));
        return tree;
    }

    private static Map<String, Object> of(Listen listen) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("interfaces", listen.interfaces());
        tree.put("port", listen.port());
        listen.address().ifPresent(address -> tree.put("address", address.toString()));
        tree.put(
                "protocols",
                listen.protocols().stream().sorted().map(Keyword::of).toList());
        return tree;
    }

    /** One item of {@code :source-routes}. */
    public static Map<String, Object> of(SourceRoute route) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("source", route.source().text());
        tree.put("targets", of(route.group()));
        tree.put("session-persistence", route.sessionPersistence());
        return tree;
    }

    /** One item of {@code :sni-routes}. */
    public static Map<String, Object> of(SniRoute route) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("sni-hostname", route.hostname());
        tree.put("targets", of(route.group()));
        tree.put("session-persistence", route.sessionPersistence());
        return tree;
    }

    /** The vector of a group's targets. */
    public static List<Map<String, Object>> of(Group group) {
        return group.targets().stream().map(ConfigTree::of).toList();
    }

    private static Map<String, Object> of(Target target) {
        Map<String, Object> tree = new LinkedHashMap<>();
        switch (target.destination()) {
            case Destination.Fixed(var endpoint) -> {
                tree.put("ip", endpoint.scopedAddress());
                tree.put("port", endpoint.port());
            }
            case Destination.Named(var host, var port, var refresh) -> {
                tree.put("host", host);
                tree.put("port", port);
                tree.put("dns-refresh-seconds", refresh.toSeconds());
            }
        }
        tree.put("weight", target.weight());
        target.healthCheck().ifPresent(check -> tree.put("health-check", of(check)));
        return tree;
    }

    static Map<String, Object> of(HealthCheck check) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", Keyword.of(check.type()));
        tree.put("path", check.path());
        tree.put("interval-ms", check.interval().toMillis());
        tree.put("timeout-ms", check.timeout().toMillis());
        tree.put("healthy-threshold", check.healthyThreshold());
        tree.put("unhealthy-threshold", check.unhealthyThreshold());
        tree.put("expected-codes", check.expectedCodes());
        tree.put("host", check.host());
        tree.put("port", check.port());
        tree.put("verify-tls", check.verifyTls());
        return tree;
    }

    static Map<String, Object> of(CircuitBreaker breaker) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("enabled", breaker.enabled());
        tree.put("error-threshold", breaker.errorThreshold());
        tree.put("error-rate-threshold", breaker.errorRateThreshold());
        tree.put("half-open-requests", breaker.halfOpenRequests());
        tree.put("reset-timeout-ms", breaker.resetTimeout().toMillis());
        tree.put("min-requests", breaker.minRequests());
        tree.put("window-size-ms", breaker.window().toMillis());
        return tree;
    }
}
