package io.weir.probe;

import io.weir.model.HealthCheck.Type;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.policy.HealthTrack.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks targets over and over, and tells when one changes between healthy and unhealthy. A target that dies is told of at
 * most {@code interval × unhealthy-threshold + timeout} later. One thread begins the checks, each of which runs on a virtual
 * thread of its own; one target's never overlap.
 */
public final class HealthProber implements AutoCloseable {

    /** Who is told. Called by one thread at a time, in the order in which it happened for each target; must not wait. */
    public interface Sink {

        /** Every check that ended, also those that were not made; before the change it brings about. */
        void result(ProxyTarget target, CheckResult result);

        /** Another status than was told last, which is UNKNOWN in the beginning. */
        void changed(ProxyTarget target, HealthTrack track);
    }

    /**
     * What is known of one target.
     *
     * @param last how the last check ended; empty before the first
     */
    public record Standing(Probe probe, HealthTrack track, Optional<CheckResult> last) {}

    private static final Logger LOG = LoggerFactory.getLogger(HealthProber.class);
    private static final long COMPLAIN_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Sink sink;
    private final Function<Probe, CompletableFuture<CheckResult>> checker;
    private final LongSupplier clock;
    private final Rounds<ProxyTarget> rounds;
    private final Map<ProxyTarget, Watched> watched = new HashMap<>();
    private OptionalLong complained = OptionalLong.empty();

    /** @param checks stays the caller's, to be closed after this */
    public HealthProber(Sink sink, HealthChecks checks) {
        this(sink, checks::start, System::nanoTime, new Random());
    }

    /**
     * @param checker begins a check; its answer never fails
     * @param clock in nanoseconds
     */
    HealthProber(
            Sink sink,
            Function<Probe, CompletableFuture<CheckResult>> checker,
            LongSupplier clock,
            RandomGenerator random) {
        this.sink = sink;
        this.checker = checker;
        this.clock = clock;
        this.rounds = new Rounds<>("weir-health", new Schedule<>(random, 0), clock, this::begin);
    }

    private static final class Watched {
        private Probe probe;
        private HealthTrack track;
        private Status told = Status.UNKNOWN;
        private Optional<CheckResult> last = Optional.empty();
        private CompletableFuture<CheckResult> underWay = new CompletableFuture<>();

        Watched(Probe probe) {
            this.probe = probe;
            this.track = HealthTrack.of(probe.check());
        }

        void follow(Probe other) {
            if (!other.equals(probe)) {
                probe = other;
                track = track.under(other.check());
            }
        }
    }

    /** Begins to check, on a thread that ends with {@link #close}. */
    public HealthProber start() {
        rounds.start();
        return this;
    }

    /** All targets there are; those that were there before keep their status, and their times if the interval is the same. */
    public void want(Map<ProxyTarget, Probe> probes) {
        rounds.locked(() -> {
            watched.keySet().retainAll(probes.keySet());
            Map<ProxyTarget, Duration> intervals = new HashMap<>();
            probes.forEach((target, probe) -> {
                Watched of = watched.computeIfAbsent(target, _ -> new Watched(probe));
                of.follow(probe);
                tellChange(target, of);
                if (probe.check().type() != Type.NONE) {
                    intervals.put(target, probe.check().interval());
                }
            });
            rounds.keep(intervals);
        });
    }

    /**
     * Checks out of turn; the result counts like any other. When a check is under way, it is that one's result.
     *
     * @return empty if nobody wants the target
     */
    public Optional<CompletionStage<CheckResult>> checkNow(ProxyTarget target) {
        return rounds.locked(() -> {
            if (rounds.isClosed()) {
                return Optional.empty();
            }
            return Optional.ofNullable(watched.get(target)).map(of -> {
                if (of.probe.check().type() == Type.NONE) {
                    return checker.apply(of.probe);
                }
                rounds.beginNow(target);
                return of.underWay.minimalCompletionStage();
            });
        });
    }

    /**
     * Forgets what the checks of these targets have come to, but not that it was told: they are checked at once, and what comes
     * of it is told like the first time.
     */
    public void checkAnew(Set<ProxyTarget> targets) {
        rounds.locked(() -> targets.forEach(target -> Optional.ofNullable(watched.get(target))
                .ifPresent(of -> {
                    of.track = HealthTrack.of(of.probe.check());
                    of.told = Status.UNKNOWN;
                    tellChange(target, of);
                    rounds.beginNow(target);
                })));
    }

    /** Tells the sink once more what these targets have come to, for a listener that has forgotten it. */
    public void tellAgain(Set<ProxyTarget> targets) {
        rounds.locked(() -> targets.forEach(target -> Optional.ofNullable(watched.get(target))
                .filter(of -> of.told != Status.UNKNOWN)
                .ifPresent(of -> tell(() -> sink.changed(target, of.track)))));
    }

    /** All targets, as they are now. */
    public Map<ProxyTarget, Standing> standings() {
        return rounds.locked(() -> {
            Map<ProxyTarget, Standing> all = new TreeMap<>();
            watched.forEach((target, of) -> all.put(target, new Standing(of.probe, of.track, of.last)));
            return all;
        });
    }

    /** Begins what is due, where no thread does. */
    void runOnce() {
        rounds.runOnce();
    }

    private void begin(ProxyTarget target) {
        Optional.ofNullable(watched.get(target)).ifPresent(of -> begin(target, of));
    }

    private void begin(ProxyTarget target, Watched of) {
        Probe probe = of.probe;
        CompletableFuture<CheckResult> answer = new CompletableFuture<>();
        of.underWay = answer;
        checker.apply(probe).thenAccept(result -> {
            rounds.locked(() -> ended(target, of, probe, result));
            answer.complete(result);
        });
    }

    private void ended(ProxyTarget target, Watched of, Probe probe, CheckResult result) {
        if (watched.get(target) != of) {
            return;
        }
        rounds.done(target);
        if (of.probe.equals(probe)) { // else the answer is to a question that nobody asks any more
            of.last = Optional.of(result);
            of.track = counted(of.track, result);
            tell(() -> sink.result(target, result));
            tellChange(target, of);
        }
    }

    private HealthTrack counted(HealthTrack track, CheckResult result) {
        long now = clock.getAsLong() / 1_000_000;
        return switch (result) {
            case CheckResult.Passed _ -> track.after(true, now);
            case CheckResult.Failed _ -> track.after(false, now);
            case CheckResult.NotMade notMade -> {
                complain(notMade);
                yield track;
            }
        };
    }

    private void complain(CheckResult.NotMade notMade) {
        long now = clock.getAsLong();
        if (complained.isEmpty() || now - complained.getAsLong() > COMPLAIN_EVERY_NANOS) {
            complained = OptionalLong.of(now);
            LOG.warn("targets keep their status, as checks cannot be made: {}", notMade.message());
        }
    }

    private void tellChange(ProxyTarget target, Watched of) {
        if (of.told != of.track.status()) {
            of.told = of.track.status();
            tell(() -> sink.changed(target, of.track));
        }
    }

    private void tell(Runnable call) {
        if (rounds.isClosed()) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException failed) {
            LOG.error("what a health check found was lost", failed);
        }
    }

    /** No check begins and nobody is told anything after this. */
    @Override
    public void close() {
        rounds.close();
    }
}
