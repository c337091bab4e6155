package io.weir.probe;

import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Makes single checks, each on a virtual thread and over a connection of its own, from this host as any of its programs
 * would. A TCP check closes in good order: a reset would spare this host a minute of TIME_WAIT, and cost the operators of the
 * targets a line in their logs for every check.
 */
public final class HealthChecks implements AutoCloseable {

    private final Tls tls;
    private final Set<Attempt> underWay = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("weir-checks").daemon().factory());

    public HealthChecks() {
        this(Tls.ofThisHost());
    }

    HealthChecks(Tls tls) {
        this.tls = tls;
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /** Checks on a virtual thread. The answer never fails, and is there within the check's timeout. */
    public CompletableFuture<CheckResult> start(Probe probe) {
        CompletableFuture<CheckResult> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("check " + probe.target()).start(() -> answer.complete(run(probe)));
        return answer;
    }

    /** Checks on the calling thread. */
    public CheckResult run(Probe probe) {
        try (Attempt attempt = new Attempt(probe.check().timeout(), deadlines)) {
            underWay.add(attempt);
            try {
                if (deadlines.isShutdown()) { // its deadline may be gone, and close() may not have seen it
                    attempt.abandon();
                }
                return ask(probe, attempt);
            } catch (IOException failed) {
                return attempt.failed(failed);
            } finally {
                underWay.remove(attempt);
            }
        } catch (RejectedExecutionException closed) {
            return new CheckResult.NotMade("health checks have ended");
        } catch (RuntimeException unforeseen) {
            return new CheckResult.NotMade("the check failed: " + unforeseen);
        }
    }

    /** Whether a connection is answered. */
    public CheckResult tcp(Endpoint target, Duration timeout) {
        return run(new Probe(target, of(Type.TCP, "/", timeout, HealthCheck.DEFAULT.expectedCodes())));
    }

    /** Whether a GET is answered with one of the statuses. */
    public CheckResult http(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes) {
        return run(new Probe(target, of(Type.HTTP, path, timeout, expectedCodes)));
    }

    /** The same over TLS, whoever's certificate it is. */
    public CheckResult https(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes) {
        return run(new Probe(target, of(Type.HTTPS, path, timeout, expectedCodes)));
    }

    private static HealthCheck of(Type type, String path, Duration timeout, List<Integer> expectedCodes) {
        return new HealthCheck(
                type, path, timeout, timeout, 1, 1, expectedCodes, Optional.empty(), Optional.empty(), false);
    }

    private CheckResult ask(Probe probe, Attempt attempt) throws IOException {
        if (probe.check().type() == Type.NONE) {
            return new CheckResult.Passed(Duration.ZERO, "not checked");
        }
        Socket connection = attempt.connect(probe.place());
        return switch (probe.check().type()) {
            case HTTP -> HttpExchange.over(connection, probe, attempt);
            case HTTPS -> HttpExchange.over(tls.over(connection, probe, attempt), probe, attempt);
            default -> new CheckResult.Passed(attempt.elapsed(), "connected");
        };
    }

    /** No check begins any more, and those under way end at once: {@link CheckResult.NotMade}. */
    @Override
    public void close() {
        deadlines.shutdownNow();
        underWay.forEach(Attempt::abandon);
    }
}
