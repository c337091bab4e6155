package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.api.Stats.ConnectionStats;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections.Page;
import io.weir.stats.FlowEvent;
import java.time.Duration;
import java.util.Optional;

/** Connections and what is counted of them. */
public final class StatisticsExample {

    private StatisticsExample() {}

    /**
     * Hears of the next connection.
     *
     * @param client makes one
     */
    public static Optional<FlowEvent> hear(LoadBalancer lb, Runnable client) throws InterruptedException {
        lb.stats().enable(true);
        try (Subscription<FlowEvent> events = lb.stats().subscribe(1000)) {
            client.run();
            Optional<FlowEvent> event = events.next(Duration.ofSeconds(20));
            while (event.isPresent() && !(event.get() instanceof FlowEvent.Opened)) {
                event = events.next(Duration.ofSeconds(20)); // another one ended meanwhile
            }
            return event;
        }
    }

    public static void print(LoadBalancer lb) {
        ConnectionStats totals = lb.stats().connections();
        System.out.println(
                totals.totalConnections() + " connections, " + totals.totalBytesReverse() + " bytes to clients");
        Page page = lb.connections().list(ConnectionFilter.ALL, 100);
        page.connections()
                .forEach(entry -> System.out.println(
                        entry.flow().client() + " is on " + entry.target() + " by " + entry.proxy()));
        lb.stats()
                .traffic()
                .targets()
                .forEach((target, traffic) -> System.out.println(target + ": " + traffic.active() + " connections, "
                        + traffic.forward().packets() + " packets"));
        lb.stats()
                .latencies()
                .forEach((target, times) -> System.out.println(
                        target + " answered " + times.handshake().count() + " handshakes in "
                                + times.handshake().sum()));
        lb.stats().verdicts().stream()
                .filter(verdict -> verdict.packets() > 0)
                .forEach(verdict ->
                        System.out.println(verdict.packets() + " " + verdict.verdict() + ": " + verdict.reason()));
    }

    /** Ends all connections on one target. */
    public static long end(LoadBalancer lb, Endpoint target) {
        return lb.connections()
                .end(new ConnectionFilter(
                        Optional.empty(), Optional.of(target), Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
