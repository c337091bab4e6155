package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice.WeightsNotice;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Turns each call into a command and waits for its answer. */
final class EngineOperations implements Operations {

    private final Engine engine;
    private final Probes probes;
    private final Commands commands;

    EngineOperations(Engine engine, Probes probes) {
        this.engine = engine;
        this.probes = probes;
        this.commands = new Commands(engine);
    }

    @Override
    public void apply(Desired desired) {
        resolve(desired.proxies().stream().flatMap(Proxy::hosts));
        commands.carryOut(new Event.Apply(desired));
    }

    @Override
    public void replace(Desired desired) {
        resolve(desired.proxies().stream().flatMap(Proxy::hosts));
        commands.carryOut(new Event.Replace(desired));
    }

    @Override
    public Proxies proxies() {
        return new EngineProxies();
    }

    @Override
    public Routes routes(String proxy) {
        return new EngineRoutes(proxy);
    }

    @Override
    public Interfaces interfaces() {
        return new EngineInterfaces();
    }

    @Override
    public Health health() {
        return new EngineHealth(engine, probes);
    }

    @Override
    public Drains drains() {
        return new EngineDrains(engine);
    }

    @Override
    public Circuits circuits() {
        return new EngineCircuits(engine);
    }

    @Override
    public Dns dns() {
        return new ProbedDns(engine, probes);
    }

    @Override
    public RateLimiting rateLimits() {
        return new EngineRateLimits();
    }

    @Override
    public void enableStatistics(boolean enabled) {
        commands.carryOut(new Event.EnableStatistics(enabled));
    }

    @Override
    public void rebalance() {
        commands.carryOut(new Event.Rebalance());
    }

    @Override
    public Snapshot status() {
        return engine.snapshot();
    }

    @Override
    public void close() {
        engine.close();
    }

    /** Asks for host names here, where waiting for an answer holds nobody else up. A name that is known keeps its addresses. */
    private void resolve(Stream<String> hosts) {
        Map<String, CompletableFuture<List<IpAddress>>> answers = new HashMap<>();
        hosts.forEach(host -> answers.computeIfAbsent(
                host,
                name -> CompletableFuture.supplyAsync(
                        () -> List.copyOf(probes.resolve(name)),
                        task -> Thread.ofVirtual().start(task))));
        Map<String, List<IpAddress>> addresses = new HashMap<>();
        answers.forEach((host, answer) -> addresses.put(host, answer.join()));
        addresses.values().removeIf(List::isEmpty);
        if (!addresses.isEmpty()) {
            engine.tell(new Event.NamesResolved(addresses));
        }
    }

    private static Stream<String> names(Group group) {
        return group.targets().stream()
                .flatMap(target -> target.destination() instanceof Destination.Named named
                        ? Stream.of(named.host())
                        : Stream.of());
    }

    private static Stream<String> sourceName(SourceRoute route) {
        return route.source() instanceof Source.Host host ? Stream.of(host.name()) : Stream.of();
    }

    private final class EngineProxies implements Proxies {

        @Override
        public void add(Proxy proxy) {
            resolve(proxy.hosts());
            commands.carryOut(new Event.AddProxy(proxy));
        }

        @Override
        public void remove(String name) {
            commands.carryOut(new Event.RemoveProxy(name));
        }

        @Override
        public void replaceTargets(String name, Group group) {
            resolve(names(group));
            commands.carryOut(new Event.ReplaceTargets(name, Optional.empty(), group));
        }

        @Override
        public List<ProxyStatus> list() {
            return engine.snapshot().proxies();
        }

        @Override
        public Optional<ProxyStatus> find(String name) {
            return engine.snapshot().proxy(name);
        }

        @Override
        public Subscription<WeightsNotice> subscribe(int capacity) {
            return engine.subscribe(capacity, WeightsNotice.class);
        }
    }

    private final class EngineRoutes implements Routes {

        private final String proxy;

        EngineRoutes(String proxy) {
            this.proxy = proxy;
        }

        @Override
        public void add(SourceRoute route) {
            resolve(Stream.concat(sourceName(route), names(route.group())));
            commands.carryOut(new Event.AddRoute(proxy, route));
        }

        @Override
        public void remove(Source source) {
            commands.carryOut(new Event.RemoveRoute(proxy, source));
        }

        @Override
        public void replaceTargets(Source source, Group group) {
            resolve(names(group));
            commands.carryOut(new Event.ReplaceTargets(proxy, Optional.of(source), group));
        }

        @Override
        public List<RouteStatus> list() {
            return engine.snapshot()
                    .proxy(proxy)
                    .orElseThrow(() -> new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + proxy + "'"))
                    .routes();
        }
    }

    private final class EngineRateLimits implements RateLimiting {

        @Override
        public RateLimits current() {
            return engine.snapshot()
                    .settings()
                    .map(settings -> settings.control().rateLimits())
                    .orElse(RateLimits.NONE);
        }

        @Override
        public void limitSources(Rate rate) {
            commands.carryOut(new Event.LimitRates(RateLimits.ofSources(rate)));
        }

        @Override
        public void limitTargets(Rate rate) {
            commands.carryOut(new Event.LimitRates(RateLimits.ofTargets(rate)));
        }

        @Override
        public void clear() {
            commands.carryOut(new Event.ClearRateLimits());
        }
    }

    private final class EngineInterfaces implements Interfaces {

        @Override
        public void attach(List<String> names) {
            commands.carryOut(new Event.AttachInterfaces(names));
        }

        @Override
        public void detach(List<String> names) {
            commands.carryOut(new Event.DetachInterfaces(names));
        }

        @Override
        public List<HookStatus> list() {
            return engine.snapshot().hooks();
        }
    }
}
