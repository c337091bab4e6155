package io.weir.config;

import io.weir.config.ConfigTree.Keyword;
import io.weir.model.AccessLog;
import io.weir.model.AdminApi;
import io.weir.model.Cluster;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.LoadBalancing;
import io.weir.model.ControlPlane.Metrics;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings under the keys of the file; all of them, also the ones at their default. */
final class SettingsTree {

    private static final Keyword AUTO = new Keyword("auto");

    private SettingsTree() {}

    static Map<String, Object> of(Settings settings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("stats-enabled", settings.statsEnabled());
        tree.put("connection-timeout-sec", settings.timeouts().established().toSeconds());
        tree.put("udp-timeout-sec", settings.timeouts().udp().toSeconds());
        tree.put("syn-timeout-sec", settings.timeouts().syn().toSeconds());
        tree.put("closing-timeout-sec", settings.timeouts().closing().toSeconds());
        tree.put("max-connections", settings.maxConnections());
        tree.put("xdp-mode", Keyword.of(settings.xdpMode()));
        tree.put(
                "reply-interfaces",
                settings.replyInterfaces().<Object>map(names -> names).orElse(AUTO));
        tree.put(
                "route-localnet",
                settings.routeLocalnet().<Object>map(set -> set).orElse(AUTO));
        tree.put("pin-path", settings.pinPath().toString());
        tree.put("on-stop", Keyword.of(settings.onStop()));
        addControl(settings.control(), tree);
        return tree;
    }

    private static void addControl(ControlPlane control, Map<String, Object> tree) {
        tree.put("health-check-enabled", control.health().enabled());
        tree.put("health-check-defaults", ConfigTree.of(control.health().defaults()));
        tree.put("recovery-step-sec", control.health().recoveryStep().toSeconds());
        tree.put("default-drain-timeout-ms", control.drains().timeout().toMillis());
        tree.put("drain-check-interval-ms", control.drains().checkInterval().toMillis());
        tree.put("load-balancing", of(control.loadBalancing()));
        tree.put("rate-limits", of(control.rateLimits()));
        tree.put("metrics", of(control.metrics()));
        tree.put("admin-api", of(control.adminApi()));
        tree.put("access-log", of(control.accessLog()));
        control.dnsCache().ifPresent(file -> tree.put("dns-cache-path", file.toString()));
        control.circuitBreaker().ifPresent(breaker -> tree.put("circuit-breaker", ConfigTree.of(breaker)));
        tree.put("cluster", of(control.cluster()));
        control.vrrpNotifyFifo().ifPresent(fifo -> tree.put("vrrp-notify-fifo", fifo.toString()));
    }

    private static Map<String, Object> of(LoadBalancing balancing) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("algorithm", Keyword.of(balancing.algorithm()));
        tree.put("weighted", balancing.weighted());
        tree.put("update-interval-ms", balancing.updateInterval().toMillis());
        return tree;
    }

    private static Map<String, Object> of(RateLimits limits) {
        Map<String, Object> tree = new LinkedHashMap<>();
        limits.perSource().ifPresent(rate -> tree.put("per-source", of(rate)));
        limits.perTarget().ifPresent(rate -> tree.put("per-backend", of(rate)));
        return tree;
    }

    private static Map<String, Object> of(Rate rate) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("requests-per-sec", rate.perSecond());
        tree.put("burst", rate.burst());
        return tree;
    }

    private static Map<String, Object> of(Metrics metrics) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("enabled", metrics.enabled());
        tree.put("bind", metrics.bind().toString());
        tree.put("port", metrics.port());
        tree.put("path", metrics.path());
        return tree;
    }

    private static Map<String, Object> of(AdminApi api) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("enabled", api.enabled());
        tree.put("bind", api.bind().toString());
        tree.put("port", api.port());
        api.apiKey().ifPresent(key -> tree.put("api-key", key));
        api.apiKeyFile().ifPresent(file -> tree.put("api-key-file", file.toString()));
        api.readOnlyKeyFile().ifPresent(file -> tree.put("read-only-key-file", file.toString()));
        api.tls().ifPresent(tls -> {
            Map<String, Object> files = new LinkedHashMap<>();
            files.put("cert", tls.certificate().toString());
            files.put("key", tls.key().toString());
            tree.put("tls", files);
        });
        api.allowedOrigins().ifPresent(origins -> tree.put("allowed-origins", origins));
        return tree;
    }

    private static Map<String, Object> of(AccessLog log) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("enabled", log.enabled());
        tree.put("format", Keyword.of(log.format()));
        tree.put("path", log.path().toString());
        tree.put("max-file-size-mb", log.maxFileSizeMb());
        tree.put("max-files", log.maxFiles());
        tree.put("buffer-size", log.bufferSize());
        return tree;
    }

    private static Map<String, Object> of(Cluster cluster) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("enabled", cluster.enabled());
        tree.put("node-id", cluster.nodeId().orElse(ClusterReader.AUTO));
        tree.put("bind-address", cluster.bindAddress().toString());
        tree.put("bind-port", cluster.bindPort());
        cluster.advertiseAddress().ifPresent(address -> tree.put("advertise-address", address.toString()));
        tree.put("seeds", cluster.seeds().stream().map(Cluster.Seed::toString).toList());
        tree.put("gossip-interval-ms", cluster.gossip().interval().toMillis());
        tree.put("gossip-fanout", cluster.gossip().fanout());
        tree.put("push-pull-interval-ms", cluster.gossip().pushPull().toMillis());
        tree.put("ping-interval-ms", cluster.detection().pingInterval().toMillis());
        tree.put("ping-timeout-ms", cluster.detection().pingTimeout().toMillis());
        tree.put("ping-req-count", cluster.detection().indirectPings());
        tree.put("suspicion-mult", cluster.detection().suspicionMultiplier());
        tree.put("sync-health", cluster.sync().health());
        tree.put("sync-circuit-breaker", cluster.sync().circuitBreaker());
        tree.put("sync-drain", cluster.sync().drain());
        tree.put("sync-conntrack", cluster.sync().conntrack());
        cluster.sync().checkers().ifPresent(checkers -> tree.put("health-check-share", checkers));
        cluster.keyringFile().ifPresent(file -> tree.put("keyring-file", file.toString()));
        tree.put("insecure", cluster.insecure());
        return tree;
    }
}
