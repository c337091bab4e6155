package io.weir.config;

import io.weir.model.Cluster;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.Drains;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.HealthCheck;
import io.weir.model.Proxy;
import io.weir.model.SniRoute;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import java.util.List;

/**
 * Features that can be written down and do not exist yet. A feature that is built loses its line here, nothing else
 * knows about it. A section that is switched off, or says what the default says, asks for nothing.
 */
final class Unimplemented {

    private final Lines lines;
    private final Findings findings = new Findings();

    private Unimplemented(Lines lines) {
        this.lines = lines;
    }

    /** What a configuration asks for in vain. */
    static List<ConfigError> in(Desired desired, Lines lines) {
        Unimplemented features = new Unimplemented(lines);
        features.control(desired.settings().control());
        for (int i = 0; i < desired.proxies().size(); i++) {
            features.proxy(Paths.item("proxies", i), desired.proxies().get(i));
        }
        return features.findings.errors();
    }

    private void control(ControlPlane control) {
        Drains drains = control.drains();
        Cluster cluster = control.cluster();
        lacks(control.health().enabled(), "settings.health-check-enabled", "health checks");
        lacks(!drains.timeout().equals(Drains.DEFAULT.timeout()), "settings.default-drain-timeout-ms", "drains");
        lacks(
                !drains.checkInterval().equals(Drains.DEFAULT.checkInterval()),
                "settings.drain-check-interval-ms",
                "drains");
        lacks(
                control.loadBalancing().algorithm() == Algorithm.LEAST_CONNECTIONS,
                "settings.load-balancing.algorithm",
                "least-connections");
        lacks(!control.rateLimits().equals(RateLimits.NONE), "settings.rate-limits", "rate limits");
        lacks(control.metrics().enabled(), "settings.metrics", "metrics");
        lacks(control.dnsCache().isPresent(), "settings.dns-cache-path", "DNS targets");
        lacks(
                control.circuitBreaker().filter(breaker -> breaker.enabled()).isPresent(),
                "settings.circuit-breaker",
                "circuit breakers");
        lacks(cluster.enabled(), "settings.cluster", "clusters");
    }

    private void proxy(String path, Proxy proxy) {
        lacks(
                proxy.circuitBreaker().filter(breaker -> breaker.enabled()).isPresent(),
                path + ".circuit-breaker",
                "circuit breakers");
        lacks(!proxy.sniRoutes().isEmpty(), path + ".sni-routes", "SNI routes");
        group(path + ".default-target", proxy.defaultGroup());
        routes(
                path + ".source-routes",
                proxy.sourceRoutes().stream().map(SourceRoute::group).toList());
        routes(
                path + ".sni-routes",
                proxy.sniRoutes().stream().map(SniRoute::group).toList());
    }

    private void routes(String path, List<Group> groups) {
        for (int i = 0; i < groups.size(); i++) {
            String route = Paths.item(path, i);
            group(lines.firstWritten(route + ".target", route + ".targets"), groups.get(i));
        }
    }

    private void group(String path, Group group) {
        for (int i = 0; i < group.targets().size(); i++) {
            Target target = group.targets().get(i);
            String item = Paths.item(path, i);
            String place = group.targets().size() == 1 ? lines.firstWritten(item, path) : item;
            lacks(target.destination() instanceof Destination.Named, place + ".host", "DNS targets");
            lacks(
                    target.healthCheck()
                            .filter(check -> check.type() != HealthCheck.Type.NONE)
                            .isPresent(),
                    place + ".health-check",
                    "health checks");
        }
    }

    private void lacks(boolean wanted, String path, String feature) {
        if (wanted) {
            findings.add(path, lines.of(path), "this version has no " + feature + "; leave it out");
        }
    }
}
