package io.weir.api;

import io.weir.api.Stats.TargetTraffic;
import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Connections;
import io.weir.stats.DataPathCounts.Place;
import io.weir.stats.DataPathCounts.Traffic;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Puts names to the counters of targets. */
final class TrafficReading {

    private TrafficReading() {}

    static TargetTraffic read(Supplier<Snapshot> snapshots, DataPathCounts counts) {
        Snapshot snapshot = snapshots.get();
        Map<Integer, Traffic> traffic = counts.targets(snapshot.targets().keySet());
        Map<Place, Connections> connections = counts.connections();
        // A place may have been given to another target while it was read.
        Map<Integer, Endpoint> targets = new HashMap<>(snapshot.targets());
        Map<Integer, Endpoint> after = snapshots.get().targets();
        targets.entrySet().removeIf(target -> !target.getValue().equals(after.get(target.getKey())));
        Map<Endpoint, Traffic> byTarget = new HashMap<>();
        targets.forEach((index, endpoint) -> {
            Traffic of = traffic.get(index);
            if (of != null) {
                byTarget.merge(endpoint, of, Traffic::plus);
            }
        });
        Map<ProxyTarget, Long> opened = new HashMap<>();
        connections.forEach((place, of) -> {
            String proxy = snapshot.proxyNames().get(place.proxy());
            Endpoint endpoint = targets.get(place.target());
            if (proxy != null && endpoint != null) {
                opened.merge(new ProxyTarget(proxy, endpoint), of.opened(), Long::sum);
            }
        });
        return new TargetTraffic(byTarget, opened);
    }
}
