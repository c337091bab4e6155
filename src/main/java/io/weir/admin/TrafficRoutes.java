package io.weir.admin;

import io.weir.api.Operations;
import io.weir.api.Stats.TargetTraffic;
import io.weir.model.ProxyTarget;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Table;
import io.weir.stats.DataPathCounts.Traffic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What went over targets. Each answer reads the counters of all of them, so they are given one after the other. */
final class TrafficRoutes {

    private final Node node;
    private final ReentrantLock reading = new ReentrantLock();

    TrafficRoutes(Node node) {
        this.node = node;
    }

    /**
     * Counters since the data path gave the target its place: one that is less than before has begun anew.
     *
     * @param active connections now
     */
    record VolumeView(
            long active, long packetsToTarget, long bytesToTarget, long packetsToClient, long bytesToClient) {}

    /**
     * @param targetId address and port
     * @param opened connections that came by this proxy
     * @param volume of the target, whichever proxy it came by
     */
    record TargetTrafficView(String proxyName, String targetId, long opened, VolumeView volume) {}

    /**
     * @param opened connections, by whichever proxy
     * @param volume of all targets, also those that are in no proxy any more
     * @param tables by name
     * @param eventsLost connection events that found their buffer full
     */
    record TrafficView(
            long opened,
            VolumeView volume,
            List<TargetTrafficView> targets,
            Map<String, Table> tables,
            long eventsLost) {}

    List<Route> routes() {
        return List.of(Route.get("traffic", "Connections, packets and bytes of targets, as the data path counts them")
                .answers(Shape.of(TrafficView.class))
                .by(request -> Answer.ok(traffic())));
    }

    private TrafficView traffic() {
        reading.lock();
        try {
            return view(node.operations(), node.counts());
        } finally {
            reading.unlock();
        }
    }

    private static TrafficView view(Operations operations, DataPathCounts counts) {
        TargetTraffic traffic = TargetTraffic.read(operations::status, counts);
        return new TrafficView(
                traffic.opened().values().stream().mapToLong(Long::longValue).sum(),
                view(traffic.sum()),
                operations.status().proxies().stream()
                        .flatMap(proxy -> proxy.endpoints()
                                .map(endpoint -> new ProxyTarget(proxy.proxy().name(), endpoint)))
                        .map(target -> new TargetTrafficView(
                                target.proxy(),
                                target.endpoint().toString(),
                                traffic.opened().getOrDefault(target, 0L),
                                view(traffic.targets().getOrDefault(target.endpoint(), Traffic.NONE))))
                        .toList(),
                new TreeMap<>(counts.tables()),
                counts.eventsLost());
    }

    private static VolumeView view(Traffic traffic) {
        return new VolumeView(
                traffic.active(),
                traffic.forward().packets(),
                traffic.forward().bytes(),
                traffic.reverse().packets(),
                traffic.reverse().bytes());
    }
}
