package io.weir.api;

import io.weir.engine.Conditions;
import io.weir.engine.DrainStatus;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice.DrainNotice;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Drains as the engine's snapshots show them; who waits for one looks at each of those. */
final class EngineDrains implements Drains {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Engine engine;
    private final Commands commands;
    private final Moments moments;

    EngineDrains(Engine engine) {
        this.engine = engine;
        this.commands = new Commands(engine);
        this.moments = new Moments(engine);
    }

    @Override
    public CompletionStage<List<DrainReport>> start(
            Optional<String> proxy, Endpoint target, Optional<Duration> timeout) {
        Snapshot begun = commands.carryOut(new Event.StartDrain(proxy, target, timeout));
        Map<ProxyTarget, DrainStatus> drains = new HashMap<>();
        of(target, begun)
                .filter(status ->
                        proxy.isEmpty() || proxy.get().equals(status.target().proxy()))
                .forEach(status -> drains.put(status.target(), status));
        CompletableFuture<List<DrainReport>> ended = new CompletableFuture<>();
        Thread.ofVirtual().name("drain of " + target).start(() -> follow(drains, begun, ended));
        return ended.minimalCompletionStage();
    }

    private void follow(
            Map<ProxyTarget, DrainStatus> drains, Snapshot begun, CompletableFuture<List<DrainReport>> ended) {
        Snapshot snapshot = begun;
        try {
            while (true) {
                Conditions conditions = snapshot.conditions();
                drains.replaceAll((target, last) -> now(last, conditions));
                if (drains.values().stream().noneMatch(EngineDrains::isUnderWay)) {
                    ended.complete(reports(drains.values().stream()));
                    return;
                }
                if (engine.isClosed()) {
                    throw new RefusedException(Reason.CLOSED, "the load balancer was closed during the drain");
                }
                snapshot = engine.awaitAfter(snapshot.generation(), LOOK);
            }
        } catch (InterruptedException | RuntimeException failed) {
            ended.completeExceptionally(failed);
        }
    }

    /** One that is gone, with its target or for another, has ended as if it were cancelled. */
    private DrainStatus now(DrainStatus last, Conditions conditions) {
        if (!isUnderWay(last)) {
            return last;
        }
        return conditions
                .drain(last.target())
                .filter(status -> status.since() == last.since())
                .orElseGet(() -> last.cancelled(engine.now()));
    }

    @Override
    public List<DrainReport> await(Endpoint target, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Snapshot snapshot = engine.snapshot();
        try {
            while (of(target, snapshot).anyMatch(EngineDrains::isUnderWay) && !engine.isClosed()) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative()) {
                    break;
                }
                snapshot = engine.awaitAfter(snapshot.generation(), left.compareTo(LOOK) < 0 ? left : LOOK);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedWaitException("interrupted before the drain was over", interrupted);
        }
        return reports(of(target, snapshot));
    }

    @Override
    public void undrain(Optional<String> proxy, Endpoint target) {
        commands.carryOut(new Event.Undrain(proxy, target));
    }

    @Override
    public List<DrainReport> find(Endpoint target) {
        return reports(of(target, engine.snapshot()));
    }

    @Override
    public List<DrainReport> list() {
        return reports(statuses(engine.snapshot().conditions()));
    }

    @Override
    public Subscription<DrainNotice> subscribe(int capacity) {
        return engine.subscribe(capacity, DrainNotice.class);
    }

    private static Stream<DrainStatus> of(Endpoint target, Snapshot snapshot) {
        return statuses(snapshot.conditions())
                .filter(status -> status.target().endpoint().equals(target));
    }

    private static Stream<DrainStatus> statuses(Conditions conditions) {
        return conditions.drains().keySet().stream().sorted().flatMap(target -> conditions.drain(target).stream());
    }

    private List<DrainReport> reports(Stream<DrainStatus> statuses) {
        return statuses.map(status -> DrainReport.of(status, moments)).toList();
    }

    private static boolean isUnderWay(DrainStatus status) {
        return status.state() == DrainStatus.State.DRAINING;
    }
}
