package io.weir.admin;

import io.weir.model.Endpoint;
import io.weir.stats.Distribution;
import io.weir.stats.Latencies.TargetLatencies;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** How long targets take to answer, and how long their connections last. */
final class LatencyRoutes {

    private static final double MICROS_PER_MS = 1e3;

    private final Node node;

    LatencyRoutes(Node node) {
        this.node = node;
    }

    /** @param count of the times that are not above the bound */
    record BucketView(double upToMs, long count) {}

    /**
     * @param count of all times, also those above the last bound
     * @param sumMs of all times
     * @param buckets in rising order, each with those below it
     */
    record DistributionView(long count, double sumMs, List<BucketView> buckets) {}

    /**
     * @param handshake from a client's SYN to the target's answer
     * @param duration of connections that have ended
     */
    record LatenciesView(String targetId, DistributionView handshake, DistributionView duration) {}

    List<Route> routes() {
        return List.of(Route.get(
                        "latencies", "How long targets take to answer and connections last, while statistics are kept")
                .answers(Shape.listOf(LatenciesView.class))
                .by(request -> Answer.ok(new TreeMap<>(node.latencies().get())
                        .entrySet().stream()
                                .map(entry -> view(entry.getKey(), entry.getValue()))
                                .toList())));
    }

    private static LatenciesView view(Endpoint target, TargetLatencies latencies) {
        return new LatenciesView(target.toString(), view(latencies.handshake()), view(latencies.duration()));
    }

    private static DistributionView view(Distribution times) {
        return new DistributionView(
                times.count(),
                millis(times.sum()),
                times.buckets().stream()
                        .map(bucket -> new BucketView(millis(bucket.bound()), bucket.count()))
                        .toList());
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1000 / MICROS_PER_MS;
    }
}
