package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice.HealthNotice;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import io.weir.probe.HealthChecks;
import io.weir.probe.HealthProber;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the engine knows of targets beside what their checks have come to. */
final class EngineHealth implements Health {

    private final Engine engine;
    private final Probes probes;
    private final Commands commands;
    private final Moments moments;

    EngineHealth(Engine engine, Probes probes) {
        this.engine = engine;
        this.probes = probes;
        this.commands = new Commands(engine);
        this.moments = new Moments(engine);
    }

    @Override
    public List<TargetHealth> list() {
        Snapshot snapshot = engine.snapshot();
        return reports(snapshot, snapshot.proxies().stream());
    }

    @Override
    public List<TargetHealth> of(String proxy) {
        Snapshot snapshot = engine.snapshot();
        ProxyStatus found = snapshot.proxy(proxy)
                .orElseThrow(() -> new RefusedException(Reason.UNKNOWN_PROXY, "there is no proxy '" + proxy + "'"));
        return reports(snapshot, Stream.of(found));
    }

    @Override
    public Optional<TargetHealth> find(String proxy, Endpoint target) {
        Snapshot snapshot = engine.snapshot();
        return reports(snapshot, snapshot.proxy(proxy).stream()).stream()
                .filter(report -> report.target().endpoint().equals(target))
                .findFirst();
    }

    private List<TargetHealth> reports(Snapshot snapshot, Stream<ProxyStatus> proxies) {
        Map<ProxyTarget, HealthProber.Standing> checks = probes.standings();
        return proxies.flatMap(proxy -> proxy.endpoints()
                        .map(endpoint -> new ProxyTarget(proxy.proxy().name(), endpoint)))
                .map(target -> report(target, snapshot, Optional.ofNullable(checks.get(target))))
                .toList();
    }

    private TargetHealth report(ProxyTarget target, Snapshot snapshot, Optional<HealthProber.Standing> checks) {
        var health = Optional.ofNullable(snapshot.conditions().health().get(target));
        return new TargetHealth(
                target,
                health.map(known -> known.status()).orElse(HealthTrack.Status.UNKNOWN),
                health.map(known -> known.error()).orElse(""),
                health.map(known -> moments.at(known.since())),
                Optional.ofNullable(snapshot.conditions().forced().get(target)),
                checks,
                probes.checkedBy(target));
    }

    @Override
    public boolean isHealthy(String proxy, Endpoint target) {
        return find(proxy, target).orElseThrow(() -> unknown(proxy, target, "")).isHealthy();
    }

    @Override
    public void force(String proxy, Endpoint target, boolean healthy) {
        commands.carryOut(new Event.ForceHealth(proxy, target, Optional.of(healthy)));
    }

    @Override
    public void release(String proxy, Endpoint target) {
        commands.carryOut(new Event.ForceHealth(proxy, target, Optional.empty()));
    }

    @Override
    public CompletionStage<CheckResult> checkNow(String proxy, Endpoint target) {
        return probes.checkNow(new ProxyTarget(proxy, target))
                .orElseThrow(() -> unknown(proxy, target, " that is checked"));
    }

    private static RefusedException unknown(String proxy, Endpoint target, String what) {
        return new RefusedException(Reason.UNKNOWN_TARGET, "proxy '" + proxy + "' has no target " + target + what);
    }

    @Override
    public CheckResult tcp(Endpoint target, Duration timeout) {
        return once(checks -> checks.tcp(target, timeout));
    }

    @Override
    public CheckResult http(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes) {
        return once(checks -> checks.http(target, path, timeout, expectedCodes));
    }

    @Override
    public CheckResult https(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes) {
        return once(checks -> checks.https(target, path, timeout, expectedCodes));
    }

    private static CheckResult once(Function<HealthChecks, CheckResult> check) {
        try (HealthChecks checks = new HealthChecks()) {
            return check.apply(checks);
        }
    }

    @Override
    public Subscription<HealthNotice> subscribe(int capacity) {
        return engine.subscribe(capacity, HealthNotice.class);
    }
}
