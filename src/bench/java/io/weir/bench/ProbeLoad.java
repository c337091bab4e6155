package io.weir.bench;

import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import io.weir.probe.HealthChecks;
import io.weir.probe.HealthProber;
import io.weir.probe.Probe;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that checks many targets once a second, for a while, and prints how late the results came. Every target is an
 * address of 127.0.0.0/8, all of which one server answers. A target's own earliest result is what the others of it are
 * measured against: a steady schedule has its results a second apart.
 */
final class ProbeLoad implements HealthProber.Sink {

    private static final int PORT = 8080;
    private static final int WARM_UP_SECONDS = 10;
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final Map<ProxyTarget, Series> results = new ConcurrentHashMap<>();
    private volatile boolean counts;

    /** When the results of a target came, modulo the interval's multiples. */
    private static final class Series {
        private final long[] at;
        private int size;
        private int failures;

        Series(int seconds) {
            at = new long[seconds + 8];
        }
    }

    private final int seconds;

    private ProbeLoad(int seconds) {
        this.seconds = seconds;
    }

    /** @param arguments type of check, number of targets, seconds to measure */
    public static void main(String[] arguments) throws Exception {
        ProbeLoad load = new ProbeLoad(Integer.parseInt(arguments[2]));
        HealthCheck check = check(HealthCheck.Type.valueOf(arguments[0]));
        Map<ProxyTarget, Probe> targets = new HashMap<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            Endpoint endpoint = Endpoint.of("127.1." + i / 250 + "." + (1 + i % 250), PORT);
            targets.put(new ProxyTarget("web", endpoint), new Probe(endpoint, check));
        }
        try (HealthChecks checks = new HealthChecks();
                HealthProber prober = new HealthProber(load, checks).start()) {
            prober.want(targets);
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long cpu = cpu();
            long start = System.nanoTime();
            load.counts = true;
            TimeUnit.SECONDS.sleep(load.seconds);
            load.counts = false;
            double cores = (double) (cpu() - cpu) / (System.nanoTime() - start);
            System.out.println(load.summary(cores));
        }
        TimeUnit.HOURS.sleep(1); // its memory is looked at
    }

    private static HealthCheck check(HealthCheck.Type type) {
        return new HealthCheck(
                type,
                "/name",
                Duration.ofNanos(INTERVAL),
                Duration.ofNanos(INTERVAL),
                2,
                3,
                List.of(200),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    @Override
    public void result(ProxyTarget target, CheckResult result) {
        if (counts) { // one call at a time
            Series series = results.computeIfAbsent(target, _ -> new Series(seconds));
            series.at[series.size++] = System.nanoTime();
            series.failures += result instanceof CheckResult.Passed ? 0 : 1;
        }
    }

    @Override
    public void changed(ProxyTarget target, HealthTrack track) {}

    private String summary(double cores) {
        double[] late = results.values().stream()
                .flatMapToDouble(series -> {
                    long[] phases = new long[series.size];
                    for (int i = 0; i < series.size; i++) {
                        phases[i] = series.at[i] - i * INTERVAL;
                    }
                    long earliest = Arrays.stream(phases).min().orElseThrow();
                    return Arrays.stream(phases).mapToDouble(phase -> (phase - earliest) / 1e6);
                })
                .sorted()
                .toArray();
        int failures = results.values().stream().mapToInt(series -> series.failures).sum();
        return String.format(
                java.util.Locale.ROOT,
                "measured %d %d %.3f %.3f %.3f %.4f",
                late.length,
                failures,
                late[late.length / 2],
                late[late.length * 99 / 100],
                late[late.length - 1],
                cores);
    }
}
