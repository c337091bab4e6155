package io.weir.metrics;

import io.weir.model.ProxyTarget;
import io.weir.stats.Distribution;
import io.weir.stats.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How long the health checks of each target took, passed and failed ones, since the node was started. */
public final class CheckLatencies {

    private static final List<Duration> BOUNDS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
            .map(Duration::ofMillis)
            .toList();

    private final Map<ProxyTarget, Histogram> targets = new ConcurrentHashMap<>();

    /** A check has ended. By one thread at a time. */
    public void add(ProxyTarget target, Duration latency) {
        targets.computeIfAbsent(target, _ -> new Histogram(BOUNDS)).add(latency);
    }

    /** Of these targets; all others are forgotten. */
    Map<ProxyTarget, Distribution> of(Set<ProxyTarget> present) {
        targets.keySet().retainAll(present);
        Map<ProxyTarget, Distribution> all = new TreeMap<>();
        targets.forEach((target, histogram) -> all.put(target, histogram.distribution()));
        return all;
    }
}
