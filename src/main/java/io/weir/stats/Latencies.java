package io.weir.stats;

import io.weir.model.Endpoint;
import io.weir.stats.FlowEvent.Closed;
import io.weir.stats.FlowEvent.Opened;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Per target, how long it takes to answer a SYN, and how long its connections last; from flow events, so only while these are
 * kept. A SYN that was sent again is left out: nobody knows which one was answered.
 */
public final class Latencies {

    private static final List<Duration> HANDSHAKE_BOUNDS = Stream.of(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
            .map(micros -> Duration.ofNanos(micros * 1_000L))
            .toList();

    private static final List<Duration> DURATION_BOUNDS = Stream.of(
                    10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 300_000, 1_800_000, 3_600_000)
            .map(Duration::ofMillis)
            .toList();

    private final Map<Endpoint, OfTarget> targets = new ConcurrentHashMap<>();

    private record OfTarget(Histogram handshake, Histogram duration) {}

    /**
     * @param handshake from the client's SYN to the target's answer as this host saw them
     * @param duration from a connection's confirmation to its last packet
     */
    public record TargetLatencies(Distribution handshake, Distribution duration) {}

    /** By one thread at a time. */
    void add(FlowEvent event) {
        event.connection().target().ifPresent(target -> {
            switch (event) {
                case Opened opened ->
                    opened.handshake().ifPresent(time -> of(target).handshake().add(time));
                case Closed closed -> of(target).duration().add(closed.duration());
            }
        });
    }

    private OfTarget of(Endpoint target) {
        return targets.computeIfAbsent(
                target, unknown -> new OfTarget(new Histogram(HANDSHAKE_BOUNDS), new Histogram(DURATION_BOUNDS)));
    }

    /** By target. */
    public Map<Endpoint, TargetLatencies> all() {
        Map<Endpoint, TargetLatencies> all = new TreeMap<>();
        targets.forEach((target, histograms) -> all.put(
                target,
                new TargetLatencies(
                        histograms.handshake().distribution(),
                        histograms.duration().distribution())));
        return all;
    }

    /** The first half of that. */
    public Map<Endpoint, Distribution> handshakes() {
        Map<Endpoint, Distribution> all = new TreeMap<>();
        targets.forEach(
                (target, histograms) -> all.put(target, histograms.handshake().distribution()));
        return all;
    }

    /** Forgets all other targets: those that are gone and will send no event any more. */
    public void keep(Set<Endpoint> known) {
        targets.keySet().retainAll(known);
    }
}
