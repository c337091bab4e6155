package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Event.CircuitAction;
import io.weir.engine.Notice.CircuitNotice;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.CircuitBreaker;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Circuits as the engine has them. */
final class EngineCircuits implements Circuits {

    private final Engine engine;
    private final Commands commands;
    private final Moments moments;

    EngineCircuits(Engine engine) {
        this.engine = engine;
        this.commands = new Commands(engine);
        this.moments = new Moments(engine);
    }

    @Override
    public List<CircuitReport> list() {
        Snapshot snapshot = engine.snapshot();
        return snapshot.proxies().stream()
                .flatMap(proxy -> reports(proxy, snapshot))
                .toList();
    }

    private Stream<CircuitReport> reports(ProxyStatus proxy, Snapshot snapshot) {
        boolean enabled = proxy.proxy()
                .circuitBreaker()
                .or(() -> snapshot.settings()
                        .flatMap(settings -> settings.control().circuitBreaker()))
                .map(CircuitBreaker::enabled)
                .orElse(false);
        return proxy.endpoints()
                .map(endpoint -> new ProxyTarget(proxy.proxy().name(), endpoint))
                .map(target ->
                        CircuitReport.of(target, enabled, snapshot.conditions().circuit(target), moments));
    }

    @Override
    public void open(Optional<String> proxy, Endpoint target) {
        commands.carryOut(new Event.ForceCircuit(proxy, target, CircuitAction.OPEN));
    }

    @Override
    public void close(Optional<String> proxy, Endpoint target) {
        commands.carryOut(new Event.ForceCircuit(proxy, target, CircuitAction.CLOSE));
    }

    @Override
    public void reset(Optional<String> proxy, Endpoint target) {
        commands.carryOut(new Event.ForceCircuit(proxy, target, CircuitAction.RESET));
    }

    @Override
    public Subscription<CircuitNotice> subscribe(int capacity) {
        return engine.subscribe(capacity, CircuitNotice.class);
    }
}
