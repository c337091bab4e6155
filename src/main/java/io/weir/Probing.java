package io.weir;

import io.weir.api.Probes;
import io.weir.cluster.facts.Checks;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.RefusedException;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.metrics.CheckLatencies;
import io.weir.model.ControlPlane;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Feed;
import io.weir.model.HealthCheck;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import io.weir.probe.DnsResolver;
import io.weir.probe.HealthChecks;
import io.weir.probe.HealthProber;
import io.weir.probe.NameResolver;
import io.weir.probe.NameStatus;
import io.weir.probe.NameWatch;
import io.weir.probe.Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the targets of the configuration checked and their names followed, and tells the engine what came of it. Which ones
 * those are it reads from the engine's snapshots, on a thread of its own.
 */
final class Probing implements Probes, Checks, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Probing.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Engine engine;
    private final NameResolver resolver;
    private final HealthChecks checks = new HealthChecks();
    private final HealthProber prober;
    private final NameWatch names;
    private final Feed<NameStatus> lookups = new Feed<>();
    private final CheckLatencies latencies = new CheckLatencies();
    private final Thread follower =
            Thread.ofPlatform().name("weir-probing").daemon().unstarted(this::follow);

    /** All targets that are configured to be checked, ... */
    private volatile Map<ProxyTarget, Probe> configured = Map.of();

    /** ... of these, what peers check instead, and who, ... */
    private volatile Map<ProxyTarget, Set<NodeId>> elsewhere = Map.of();

    /** ... and what this node checks. Guarded by this. */
    private Map<ProxyTarget, Probe> wanted = Map.of();

    private volatile Consumer<Map<ProxyTarget, HealthCheck>> peers = _ -> {};

    /** @param dnsCache where the last addresses are kept for the next start, if anywhere */
    Probing(Engine engine, NameResolver resolver, Optional<Path> dnsCache) {
        this.engine = engine;
        this.resolver = resolver;
        this.prober = new HealthProber(new Findings(engine, latencies), checks);
        this.names = new NameWatch(new Lookups(), resolver, dnsCache);
    }

    static Probing over(Engine engine, ControlPlane settings) {
        return new Probing(engine, new DnsResolver(), settings.dnsCache());
    }

    /**
     * Resolves the names of the configuration that is to be applied first, then follows whatever is configured.
     *
     * @throws RefusedException if a name has no address, neither from a server nor from an earlier process
     */
    Probing start(Desired desired) {
        names.start();
        Map<String, Duration> hosts = hosts(desired.proxies().stream().flatMap(proxy -> proxy.names()));
        names.want(hosts);
        hosts.keySet().stream()
                .sorted()
                .map(host ->
                        names.settled(host).orElseThrow().toCompletableFuture().join())
                .forEach(Probing::requireAddress);
        prober.start();
        follower.start();
        return this;
    }

    private static void requireAddress(NameStatus name) {
        if (name.isUnresolved()) {
            throw new RefusedException(
                    RefusedException.Reason.UNRESOLVED_NAME,
                    "no address is known for the target " + name.host() + ": "
                            + name.lastError().orElse("it was not looked up"));
        }
        name.lastError()
                .ifPresent(
                        why -> LOG.warn("{}: {}; its last addresses are used: {}", name.host(), why, name.addresses()));
    }

    private void follow() {
        Snapshot seen = engine.snapshot();
        look();
        try {
            while (!engine.isClosed()) {
                Snapshot next = engine.awaitAfter(seen.generation(), LOOK);
                if (!next.hasProxiesOf(seen.proxies()) || !next.settings().equals(seen.settings())) {
                    look();
                }
                seen = next;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Always at the latest, whoever is late: nothing that is known is forgotten again. */
    private synchronized void look() {
        Snapshot snapshot = engine.snapshot();
        if (snapshot.settings().isEmpty()) {
            return; // nothing has been applied yet
        }
        try {
            names.want(hosts(
                    snapshot.proxies().stream().flatMap(status -> status.proxy().names())));
            want(probes(snapshot, snapshot.settings().get().control().health()), snapshot.proxies());
            remind(snapshot);
        } catch (RuntimeException broken) {
            LOG.error("checks and names stay as they were", broken);
        }
    }

    private void want(Map<ProxyTarget, Probe> probes, List<ProxyStatus> proxies) {
        Map<ProxyTarget, Probe> here = new HashMap<>(probes);
        here.keySet().removeAll(elsewhere.keySet());
        if (!here.equals(wanted)) {
            wanted = here;
            prober.want(here); // tells nothing more of those that are left out
        }
        if (!probes.equals(configured)) {
            configure(probes, proxies);
        }
    }

    private void configure(Map<ProxyTarget, Probe> probes, List<ProxyStatus> proxies) {
        OwnListeners listeners = new OwnListeners(proxies);
        probes.forEach((target, probe) -> {
            if (!probe.equals(configured.get(target))) {
                listeners.warning(target, probe).ifPresent(LOG::warn);
            }
        });
        Set<ProxyTarget> dropped = new HashSet<>(configured.keySet());
        dropped.removeAll(probes.keySet());
        configured = Map.copyOf(probes);
        if (!dropped.isEmpty()) {
            engine.tell(new Event.HealthChanged(
                    dropped.stream().collect(Collectors.toMap(target -> target, _ -> Optional.empty()))));
        }
        peers.accept(checked(probes));
    }

    private static Map<ProxyTarget, HealthCheck> checked(Map<ProxyTarget, Probe> probes) {
        return probes.entrySet().stream()
                .filter(entry -> entry.getValue().check().type() != HealthCheck.Type.NONE)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().check()));
    }

    /** Peers may check some of what this node is configured to check: who they are told by takes all of it from now on. */
    synchronized void tellChecks(Consumer<Map<ProxyTarget, HealthCheck>> listener) {
        peers = listener;
        listener.accept(checked(configured));
    }

    /** What comes back to this node is checked at once; of what leaves, what is known stays. */
    @Override
    public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {
        elsewhere = Map.copyOf(targets);
        Thread.ofVirtual()
                .name("weir-check-shares")
                .start(this::look); // not here: who calls holds what it would wait for
    }

    /** A target that left the configuration and came back before anybody looked is not known to the engine any more. */
    private void remind(Snapshot snapshot) {
        Set<ProxyTarget> forgotten = new HashSet<>(wanted.keySet());
        forgotten.removeAll(snapshot.conditions().health().keySet());
        prober.tellAgain(forgotten);
    }

    /** Where a target stands in several groups of a proxy, the first one's check counts. */
    private static Map<ProxyTarget, Probe> probes(Snapshot snapshot, ControlPlane.HealthChecks settings) {
        Map<ProxyTarget, Probe> probes = new HashMap<>();
        if (settings.enabled()) {
            for (ProxyStatus proxy : snapshot.proxies()) {
                proxy.allTargets()
                        .forEach(target -> target.endpoint()
                                .ifPresent(endpoint -> probes.putIfAbsent(
                                        new ProxyTarget(proxy.proxy().name(), endpoint),
                                        Probe.of(target.target(), endpoint, settings.defaults()))));
            }
        }
        return probes;
    }

    /** As often as the most impatient of those that share a name wants. */
    private static Map<String, Duration> hosts(Stream<Destination.Named> names) {
        return names.collect(Collectors.toMap(
                Destination.Named::host,
                Destination.Named::refresh,
                (one, other) -> one.compareTo(other) < 0 ? one : other));
    }

    /** What checks find. */
    private static final class Findings implements HealthProber.Sink {

        private final Engine engine;
        private final CheckLatencies latencies;
        private final Map<ProxyTarget, String> errors = new HashMap<>();

        Findings(Engine engine, CheckLatencies latencies) {
            this.engine = engine;
            this.latencies = latencies;
        }

        @Override
        public void result(ProxyTarget target, CheckResult result) {
            switch (result) {
                case CheckResult.Passed passed -> {
                    latencies.add(target, passed.latency());
                    errors.remove(target);
                }
                case CheckResult.Failed failed -> {
                    latencies.add(target, failed.latency());
                    errors.put(target, failed.message());
                    engine.tell(new Event.ChecksFailed(Map.of(target, 1L)));
                }
                case CheckResult.NotMade _ -> {} // says nothing about the target
            }
        }

        @Override
        public void changed(ProxyTarget target, HealthTrack track) {
            String error = track.mayServe() ? "" : errors.getOrDefault(target, "");
            engine.tell(new Event.HealthChanged(
                    Map.of(target, Optional.of(new Event.HealthChanged.Checked(track.status(), error)))));
        }
    }

    /** What lookups find. One that failed may leave addresses of an earlier process, which the engine does not know yet. */
    private final class Lookups implements NameWatch.Sink {

        @Override
        public void resolved(NameStatus status) {
            engine.tell(new Event.NamesResolved(Map.of(status.host(), status.addresses())));
            lookups.tell(status);
        }

        @Override
        public void failed(NameStatus status) {
            if (!status.isUnresolved()) {
                engine.tell(new Event.NamesResolved(Map.of(status.host(), status.addresses())));
            }
            lookups.tell(status);
        }
    }

    @Override
    public List<IpAddress> resolve(String host) {
        return names.status(host)
                .map(NameStatus::addresses)
                .filter(known -> !known.isEmpty())
                .orElseGet(() -> resolver.resolve(host).join().addresses());
    }

    /** Those of some names that nobody knows an address for. Looks up what is not followed yet. */
    Set<String> unresolved(Set<String> hosts) {
        Map<String, CompletableFuture<NameResolver.Answer>> lookups = new HashMap<>();
        for (String host : hosts) {
            if (names.status(host).filter(status -> !status.isUnresolved()).isEmpty()) {
                lookups.put(host, resolver.resolve(host));
            }
        }
        lookups.values().removeIf(lookup -> !lookup.join().addresses().isEmpty());
        return Set.copyOf(lookups.keySet());
    }

    @Override
    public void checkAnew(Set<ProxyTarget> targets) {
        prober.checkAnew(targets);
    }

    /** How long checks took. */
    CheckLatencies latencies() {
        return latencies;
    }

    /** Whether the last lookup of a name found addresses; empty: nobody follows the name. */
    Optional<Boolean> isResolved(String host) {
        return names.status(host).map(status -> status.consecutiveFailures() == 0 && !status.isUnresolved());
    }

    @Override
    public Map<ProxyTarget, HealthProber.Standing> standings() {
        return prober.standings();
    }

    @Override
    public Set<NodeId> checkedBy(ProxyTarget target) {
        return elsewhere.getOrDefault(target, Set.of());
    }

    @Override
    public Optional<CompletionStage<CheckResult>> checkNow(ProxyTarget target) {
        return caughtUp(() -> prober.checkNow(target).or(() -> once(target)));
    }

    /** Of a target that peers check: counts for nothing. */
    private Optional<CompletionStage<CheckResult>> once(ProxyTarget target) {
        return Optional.ofNullable(configured.get(target))
                .map(probe -> checks.start(probe).minimalCompletionStage());
    }

    /** Whoever has just configured a target or a name may ask for it before the follower has seen it. */
    private <T> Optional<T> caughtUp(Supplier<Optional<T>> question) {
        return question.get().or(() -> {
            look();
            return question.get();
        });
    }

    @Override
    public Collection<NameStatus> names() {
        return names.statuses().values();
    }

    @Override
    public Optional<CompletionStage<NameStatus>> resolveNow(String host) {
        return caughtUp(() -> names.resolveNow(host));
    }

    @Override
    public Subscription<NameStatus> subscribe(int capacity) {
        return lookups.subscribe(capacity);
    }

    @Override
    public void close() {
        follower.interrupt();
        prober.close();
        checks.close();
        names.close();
    }
}
