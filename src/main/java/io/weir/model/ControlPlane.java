package io.weir.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings that only the control plane acts on; the packets of a node that leaves them alone are forwarded all the
 * same.
 *
 * @param health whether and how targets are checked
 * @param drains how long a drained target may keep its connections
 * @param loadBalancing how weights become shares
 * @param rateLimits of new connections
 * @param metrics the Prometheus endpoint
 * @param adminApi the administration endpoint
 * @param accessLog one line a connection
 * @param dnsCache the file that keeps the last addresses of host names for the next start, if any does
 * @param circuitBreaker for every proxy that has none of its own
 * @param cluster the node's peers
 * @param vrrpNotifyFifo where keepalived tells which VIPs this node has, if it does
 */
public record ControlPlane(
        HealthChecks health,
        Drains drains,
        LoadBalancing loadBalancing,
        RateLimits rateLimits,
        Metrics metrics,
        AdminApi adminApi,
        AccessLog accessLog,
        Optional<Path> dnsCache,
        Optional<CircuitBreaker> circuitBreaker,
        Cluster cluster,
        Optional<Path> vrrpNotifyFifo) {

    /**
     * @param enabled whether targets are checked at all
     * @param defaults what a target's own check does not say
     * @param recoveryStep time spent at each of 25, 50 and 75 % of the weight after a target is back
     */
    public record HealthChecks(boolean enabled, HealthCheck defaults, Duration recoveryStep) {
        public static final HealthChecks DEFAULT = new HealthChecks(false, HealthCheck.DEFAULT, Duration.ofSeconds(10));
    }

    /**
     * @param timeout when a drain ends although connections are left
     * @param checkInterval how often the connections left are counted
     */
    public record Drains(Duration timeout, Duration checkInterval) {
        public static final Drains DEFAULT = new Drains(Duration.ofSeconds(30), Duration.ofSeconds(1));
    }

    /**
     * @param algorithm how a target is chosen
     * @param weighted whether least-connections multiplies by the configured weight
     * @param updateInterval how often least-connections looks at the counts
     */
    public record LoadBalancing(Algorithm algorithm, boolean weighted, Duration updateInterval) {
        public static final LoadBalancing DEFAULT =
                new LoadBalancing(Algorithm.WEIGHTED_RANDOM, true, Duration.ofSeconds(1));
    }

    /** WEIGHTED_RANDOM and MAGLEV are two names of one thing: a hash of the flow picks a slot of a weighted table. */
    public enum Algorithm {
        WEIGHTED_RANDOM,
        MAGLEV,
        LEAST_CONNECTIONS
    }

    /** Limits of new connections, by client (IPv6 clients by /64) and by target. */
    public record RateLimits(Optional<Rate> perSource, Optional<Rate> perTarget) {
        public static final RateLimits NONE = new RateLimits(Optional.empty(), Optional.empty());

        public static RateLimits ofSources(Rate rate) {
            return new RateLimits(Optional.of(rate), Optional.empty());
        }

        public static RateLimits ofTargets(Rate rate) {
            return new RateLimits(Optional.empty(), Optional.of(rate));
        }

        /** The other's, where it has any. */
        public RateLimits with(RateLimits other) {
            return new RateLimits(other.perSource.or(() -> perSource), other.perTarget.or(() -> perTarget));
        }
    }

    /**
     * A token bucket.
     *
     * @param perSecond new connections a second in the long run, 1 to {@value #MAX}
     * @param burst new connections at once, 1 to {@value #MAX}
     */
    public record Rate(int perSecond, int burst) {

        public static final int MAX = 100_000_000;

        public Rate {
            if (perSecond < 1 || perSecond > MAX || burst < 1 || burst > MAX) {
                throw new IllegalArgumentException(
                        "rates and bursts are 1-" + MAX + ", not " + perSecond + " and " + burst);
            }
        }
    }

    /**
     * @param enabled whether it listens
     * @param bind where
     * @param port where
     * @param path of the metrics, beginning with a slash
     */
    public record Metrics(boolean enabled, IpAddress bind, int port, String path) {
        public static final Metrics DEFAULT = new Metrics(false, IpAddress.parse("127.0.0.1"), 9090, "/metrics");
    }

    public static final ControlPlane DEFAULT = new ControlPlane(
            HealthChecks.DEFAULT,
            Drains.DEFAULT,
            LoadBalancing.DEFAULT,
            RateLimits.NONE,
            Metrics.DEFAULT,
            AdminApi.DEFAULT,
            AccessLog.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Cluster.DEFAULT,
            Optional.empty());

    public ControlPlane withRateLimits(RateLimits other) {
        return new ControlPlane(
                health,
                drains,
                loadBalancing,
                other,
                metrics,
                adminApi,
                accessLog,
                dnsCache,
                circuitBreaker,
                cluster,
                vrrpNotifyFifo);
    }
}
