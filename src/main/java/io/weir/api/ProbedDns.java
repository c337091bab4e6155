package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Subscription;
import io.weir.probe.NameStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Names as whoever follows them knows them. */
final class ProbedDns implements Dns {

    private final Engine engine;
    private final Probes probes;

    ProbedDns(Engine engine, Probes probes) {
        this.engine = engine;
        this.probes = probes;
    }

    @Override
    public List<NameStatus> list() {
        return List.copyOf(probes.names());
    }

    @Override
    public List<NameStatus> of(String proxy) {
        Set<String> hosts = engine.snapshot()
                .proxy(proxy)
                .orElseThrow(() -> new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + proxy + "'"))
                .proxy()
                .names()
                .map(name -> name.host())
                .collect(Collectors.toSet());
        return list().stream().filter(name -> hosts.contains(name.host())).toList();
    }

    @Override
    public Optional<NameStatus> find(String host) {
        return list().stream().filter(name -> name.host().equals(host)).findFirst();
    }

    @Override
    public CompletionStage<NameStatus> resolveNow(String host) {
        return probes.resolveNow(host)
                .orElseThrow(
                        () -> new RefusedException(Reason.UNRESOLVED_NAME, "no target has the name '" + host + "'"));
    }

    @Override
    public Subscription<NameStatus> subscribe(int capacity) {
        return probes.subscribe(capacity);
    }
}
