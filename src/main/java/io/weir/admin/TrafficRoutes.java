package io.weir.admin;

import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Table;
import io.weir.stats.DataPathCounts.Traffic;
import io.weir.stats.DataPathCounts.Volume;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What went over targets. Each answer reads the counters of all of them, so they are given one after the other. */
final class TrafficRoutes {

    private static final Traffic NOTHING = new Traffic(0, new Volume(0, 0), new Volume(0, 0));

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
            return view(node.operations().status(), node.counts());
        } finally {
            reading.unlock();
        }
    }

    private static TrafficView view(Snapshot snapshot, DataPathCounts counts) {
        Map<Integer, Traffic> byIndex = counts.targets(snapshot.targets().keySet());
        Map<Endpoint, Traffic> byEndpoint = new HashMap<>();
        snapshot.targets()
                .forEach((index, endpoint) ->
                        byEndpoint.merge(endpoint, byIndex.getOrDefault(index, NOTHING), TrafficRoutes::sum));
        Map<ProxyTarget, Long> opened = opened(snapshot, counts);
        return new TrafficView(
                opened.values().stream().mapToLong(Long::longValue).sum(),
                view(byIndex.values().stream().reduce(NOTHING, TrafficRoutes::sum)),
                snapshot.proxies().stream()
                        .flatMap(proxy -> proxy.endpoints()
                                .map(endpoint -> new ProxyTarget(proxy.proxy().name(), endpoint)))
                        .map(target -> new TargetTrafficView(
                                target.proxy(),
                                target.endpoint().toString(),
                                opened.getOrDefault(target, 0L),
                                view(byEndpoint.getOrDefault(target.endpoint(), NOTHING))))
                        .toList(),
                new TreeMap<>(counts.tables()),
                counts.eventsLost());
    }

    private static Map<ProxyTarget, Long> opened(Snapshot snapshot, DataPathCounts counts) {
        Map<ProxyTarget, Long> opened = new HashMap<>();
        counts.connections().forEach((place, connections) -> {
            String proxy = snapshot.proxyNames().get(place.proxy());
            Endpoint endpoint = snapshot.targets().get(place.target());
            if (proxy != null && endpoint != null) {
                opened.merge(new ProxyTarget(proxy, endpoint), connections, Long::sum);
            }
        });
        return opened;
    }

    private static Traffic sum(Traffic one, Traffic other) {
        return new Traffic(
                one.active() + other.active(),
                sum(one.forward(), other.forward()),
                sum(one.reverse(), other.reverse()));
    }

    private static Volume sum(Volume one, Volume other) {
        return new Volume(one.packets() + other.packets(), one.bytes() + other.bytes());
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
