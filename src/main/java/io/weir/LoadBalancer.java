package io.weir;

import io.weir.api.Circuits;
import io.weir.api.Cluster;
import io.weir.api.Connections;
import io.weir.api.Dns;
import io.weir.api.Drains;
import io.weir.api.Health;
import io.weir.api.Interfaces;
import io.weir.api.Operations;
import io.weir.api.Proxies;
import io.weir.api.RateLimiting;
import io.weir.api.Routes;
import io.weir.api.Stats;
import io.weir.cli.Version;
import io.weir.config.ConfigException;
import io.weir.config.RunConditions;
import io.weir.dataplane.KernelDataplane;
import io.weir.dataplane.ObjectFiles;
import io.weir.engine.DataplaneException;
import io.weir.engine.Engine;
import io.weir.engine.Notice;
import io.weir.engine.Outbox;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.metrics.Metrics;
import io.weir.metrics.Metrics.Format;
import io.weir.metrics.Reloads;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Settings.OnStop;
import io.weir.model.SourceRoute;
import io.weir.model.Subscription;
import io.weir.policy.VipRole;
import io.weir.stats.DataPathCounts;
import io.weir.stats.FlowStatistics;
import io.weir.vip.VipWatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A load balancer that runs, and where the Java API begins: the data path, the engine that writes to it, the watch over
 * the host, the checks and names of targets, and the reader of flow events, in this order; around them the peers.
 */
public final class LoadBalancer implements Operations {

    private final HeldPins pins;
    private final Parts parts;
    private final Optional<Clustering> clustering;
    private final Engine engine;
    private final Probing probing;
    private final Operations operations;
    private final FlowStatistics statistics;
    private final io.weir.stats.Connections table;
    private final DataPathCounts counts;
    private final Metrics metrics;
    private final VipWatch vips;
    private final Reloads reloads = new Reloads(System.currentTimeMillis() / 1e3);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param parts what is opened is added to them, also if this fails */
    private LoadBalancer(HeldPins pins, Parts parts, Desired desired) {
        this.pins = pins;
        this.parts = parts;
        this.clustering = Clustering.of(desired.settings());
        clustering.ifPresent(cluster -> parts.add(cluster, Clustering::close));
        KernelDataplane dataplane = parts.add(
                KernelDataplane.open(desired.settings(), ObjectFiles.shipped(), listening(desired)),
                KernelDataplane::close);
        Outbox peers = clustering.map(Clustering::outbox).orElse(Outbox.NONE);
        this.engine = parts.add(new Engine(dataplane, dataplane, dataplane, peers), Engine::close)
                .start();
        parts.add(new NoticeLog(engine.subscribe(NoticeLog.WAITING)), NoticeLog::close);
        parts.add(new HostWatch(engine, HostView.ofKernel()), HostWatch::close).start(targets(desired));
        this.probing = parts.add(Probing.over(engine, desired.settings().control()), Probing::close);
        this.operations = Operations.over(engine, probing);
        SnapshotNames names = new SnapshotNames(engine::snapshot);
        clustering.ifPresent(
                cluster -> cluster.replicate(dataplane, () -> engine.snapshot().proxyNames(), parts));
        this.statistics = parts.add(
                clustering
                        .flatMap(Clustering::observer)
                        .map(observer -> new FlowStatistics(dataplane.events(), names, observer))
                        .orElseGet(() -> new FlowStatistics(dataplane.events(), names)),
                FlowStatistics::close);
        this.table = new io.weir.stats.Connections(dataplane, names);
        this.counts = new KernelCounts(dataplane.counters());
        this.vips = parts.add(
                new VipWatch(
                        HeldVips.record(desired.settings().pinPath()),
                        (instance, role, why) -> engine.announce(new Notice.VipNotice(instance, role, why))),
                VipWatch::close);
        this.metrics = new Metrics(
                engine::snapshot,
                counts,
                probing.latencies(),
                statistics.latencies(),
                probing::isResolved,
                reloads,
                vips::roles,
                () -> cluster().status(),
                Version.text());
    }

    /**
     * Starts in this host's kernel, over a data path that may already forward: it goes on, and only what differs is changed.
     * A start that fails leaves what was there before, and nothing else.
     *
     * @throws ConfigException if the configuration asks for what this version lacks, or for what is not safe
     * @throws IllegalStateException if another load balancer runs on the same pin path, in whichever process
     * @throws DataplaneException if the kernel, the pin path or the interfaces do not allow it, or if no listener's interface
     *     can be attached
     */
    public static LoadBalancer start(Desired desired) {
        RunConditions.require(desired);
        HeldPins pins = HeldPins.take(desired.settings().pinPath());
        Parts parts = new Parts();
        try {
            LoadBalancer loadBalancer = new LoadBalancer(pins, parts, desired);
            loadBalancer.probing.start(desired);
            loadBalancer.apply(desired);
            loadBalancer.requireListening();
            loadBalancer.clustering.ifPresent(loadBalancer::join);
            return loadBalancer;
        } catch (RuntimeException failed) {
            try {
                undo(parts, pins);
            } catch (RuntimeException also) {
                failed.addSuppressed(also);
            }
            throw failed;
        }
    }

    private static void undo(Parts parts, HeldPins pins) {
        try {
            parts.close();
        } finally {
            pins.undo();
        }
    }

    @Override
    public void apply(Desired desired) {
        operations.apply(desired);
        statistics.accessLog(desired.settings().control().accessLog());
        vips.listen(desired.settings().control().vrrpNotifyFifo());
    }

    @Override
    public void replace(Desired desired) {
        operations.replace(desired);
        statistics.accessLog(desired.settings().control().accessLog());
        vips.listen(desired.settings().control().vrrpNotifyFifo());
    }

    /** Goodbye is said first of all when it is closed. */
    private void join(Clustering cluster) {
        parts.add(new MemberWatch(cluster.membership(), engine::announce), MemberWatch::close);
        cluster.start(engine, probing);
        parts.add(cluster, Clustering::close);
    }

    /**
     * Reads the keys again that peers are to know; what is returned goes on with them.
     *
     * @throws IllegalStateException if they are no good
     */
    PeerKeys rereadKeys(io.weir.model.Cluster settings) {
        return clustering.map(peers -> peers.reread(settings)).orElse(PeerKeys.NONE);
    }

    /** What is not known yet of peers; empty once all was, and without peers. */
    Optional<String> behindPeers() {
        return clustering.flatMap(Clustering::behind);
    }

    /** How reloads ended. */
    Reloads reloads() {
        return reloads;
    }

    /** Those of some host names that nobody knows an address for. */
    Set<String> unresolved(Set<String> hosts) {
        return probing.unresolved(hosts);
    }

    @Override
    public Proxies proxies() {
        return operations.proxies();
    }

    @Override
    public Routes routes(String proxy) {
        return operations.routes(proxy);
    }

    @Override
    public Interfaces interfaces() {
        return operations.interfaces();
    }

    @Override
    public Health health() {
        return operations.health();
    }

    @Override
    public Drains drains() {
        return operations.drains();
    }

    @Override
    public Circuits circuits() {
        return operations.circuits();
    }

    @Override
    public Dns dns() {
        return operations.dns();
    }

    @Override
    public RateLimiting rateLimits() {
        return operations.rateLimits();
    }

    @Override
    public void enableStatistics(boolean enabled) {
        operations.enableStatistics(enabled);
    }

    @Override
    public void rebalance() {
        operations.rebalance();
    }

    @Override
    public Snapshot status() {
        return operations.status();
    }

    /** Milliseconds of the engine's clock. */
    long now() {
        return engine.now();
    }

    Subscription<Notice> notices(int capacity) {
        return engine.subscribe(capacity);
    }

    /** The connections there are: counted, listed and ended. */
    public Connections connections() {
        return Connections.over(table);
    }

    /** What is counted and told of connections. */
    public Stats stats() {
        return Stats.over(operations, statistics, table, counts);
    }

    /** The node's peers. */
    public Cluster cluster() {
        return clustering
                .<Cluster>map(peers -> new RunningCluster(peers, engine, counts))
                .orElse(Cluster.NONE);
    }

    io.weir.stats.Connections table() {
        return table;
    }

    FlowStatistics statistics() {
        return statistics;
    }

    DataPathCounts counts() {
        return counts;
    }

    /** Which VIPs this node has, by VRRP instance, as keepalived tells it; empty while it has not. */
    public Map<String, VipRole> vipRoles() {
        return vips.roles();
    }

    /** All metrics, in Prometheus's text format: what is served where the settings say so. */
    public String metrics() {
        return metrics.text(Format.PROMETHEUS);
    }

    /** To be served. */
    Metrics allMetrics() {
        return metrics;
    }

    private void requireListening() {
        List<HookStatus> listening = listening(status()).toList();
        if (!listening.isEmpty()
                && listening.stream().allMatch(hook -> hook.attached().isEmpty())) {
            HookStatus first = listening.getFirst();
            throw new DataplaneException("cannot listen on " + first.interfaceName() + ": " + first.why(), 0);
        }
    }

    static Stream<HookStatus> listening(Snapshot snapshot) {
        return snapshot.hooks().stream().filter(hook -> hook.purposes().contains(Purpose.LISTEN));
    }

    private static Set<String> listening(Desired desired) {
        return desired.proxies().stream()
                .flatMap(proxy -> proxy.listen().interfaces().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Endpoint> targets(Desired desired) {
        return desired.proxies().stream()
                .flatMap(proxy -> Stream.concat(
                        Stream.of(proxy.defaultGroup()),
                        proxy.sourceRoutes().stream().map(SourceRoute::group)))
                .flatMap(group -> group.targets().stream())
                .flatMap(target -> target.destination() instanceof Destination.Fixed fixed
                        ? Stream.of(fixed.endpoint())
                        : Stream.of())
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean detachesOnStop() {
        return status().settings()
                .filter(settings -> settings.onStop() == OnStop.DETACH)
                .isPresent();
    }

    /** Stops; the data path goes on forwarding, unless the settings say {@code :on-stop :detach}. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            boolean detach = detachesOnStop();
            try {
                parts.close();
            } finally {
                pins.giveBack(detach);
            }
        }
    }

    /** Closes as if it had not started. */
    void undoStart() {
        if (closed.compareAndSet(false, true)) {
            undo(parts, pins);
        }
    }
}
