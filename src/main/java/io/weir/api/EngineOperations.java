package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.model.Desired;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Turns each call into a command and waits for its answer. */
final class EngineOperations implements Operations {

    private final Engine engine;
    private final Function<String, List<IpAddress>> resolver;

    EngineOperations(Engine engine, Function<String, List<IpAddress>> resolver) {
        this.engine = engine;
        this.resolver = resolver;
    }

    @Override
    public void apply(Desired desired) {
        resolve(desired.proxies().stream()
                .flatMap(proxy -> proxy.sourceRoutes().stream())
                .toList());
        carryOut(new Event.Apply(desired));
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
    public void enableStatistics(boolean enabled) {
        carryOut(new Event.EnableStatistics(enabled));
    }

    @Override
    public Snapshot status() {
        return engine.snapshot();
    }

    @Override
    public void close() {
        engine.close();
    }

    private void carryOut(Event.Command command) {
        try {
            engine.submit(command).get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedWaitException(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed);
        }
    }

    /** Asks for the host names of routes here, where waiting for an answer holds nobody else up. */
    private void resolve(Collection<SourceRoute> routes) {
        Map<String, List<IpAddress>> addresses = new HashMap<>();
        for (SourceRoute route : routes) {
            if (route.source() instanceof Source.Host host) {
                addresses.computeIfAbsent(host.name(), name -> List.copyOf(resolver.apply(name)));
            }
        }
        if (!addresses.isEmpty()) {
            engine.tell(new Event.NamesResolved(addresses));
        }
    }

    private final class EngineProxies implements Proxies {

        @Override
        public void add(Proxy proxy) {
            resolve(proxy.sourceRoutes());
            carryOut(new Event.AddProxy(proxy));
        }

        @Override
        public void remove(String name) {
            carryOut(new Event.RemoveProxy(name));
        }

        @Override
        public void replaceTargets(String name, Group group) {
            carryOut(new Event.ReplaceTargets(name, Optional.empty(), group));
        }

        @Override
        public List<ProxyStatus> list() {
            return engine.snapshot().proxies();
        }

        @Override
        public Optional<ProxyStatus> find(String name) {
            return engine.snapshot().proxy(name);
        }
    }

    private final class EngineRoutes implements Routes {

        private final String proxy;

        EngineRoutes(String proxy) {
            this.proxy = proxy;
        }

        @Override
        public void add(SourceRoute route) {
            resolve(List.of(route));
            carryOut(new Event.AddRoute(proxy, route));
        }

        @Override
        public void remove(Source source) {
            carryOut(new Event.RemoveRoute(proxy, source));
        }

        @Override
        public void replaceTargets(Source source, Group group) {
            carryOut(new Event.ReplaceTargets(proxy, Optional.of(source), group));
        }

        @Override
        public List<RouteStatus> list() {
            return engine.snapshot()
                    .proxy(proxy)
                    .orElseThrow(() -> new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + proxy + "'"))
                    .routes();
        }
    }

    private final class EngineInterfaces implements Interfaces {

        @Override
        public void attach(List<String> names) {
            carryOut(new Event.AttachInterfaces(names));
        }

        @Override
        public void detach(List<String> names) {
            carryOut(new Event.DetachInterfaces(names));
        }

        @Override
        public List<HookStatus> list() {
            return engine.snapshot().hooks();
        }
    }
}
