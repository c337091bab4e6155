package io.weir.metrics;

import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Connections;
import io.weir.stats.DataPathCounts.Place;
import io.weir.stats.DataPathCounts.Traffic;
import io.weir.stats.DataPathCounts.Volume;
import io.weir.stats.Latencies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What goes over targets. Counters of a target that has left its proxies are shown while it has connections. */
final class TrafficFamilies {

    private static final String[] TARGET = {"target_ip", "target_port"};
    private static final String[] DIRECTED = {"target_ip", "target_port", "direction"};
    private static final String[] PROXY_TARGET = {"proxy_name", "target_ip", "target_port"};

    private final Supplier<Snapshot> snapshots;
    private final DataPathCounts counts;
    private final Latencies latencies;
    private final MonotonicCounts<Endpoint, Integer> volumes = new MonotonicCounts<>(4);
    private final MonotonicCounts<ProxyTarget, Place> openings = new MonotonicCounts<>(1);

    /** @param snapshots asked again, to see that no index led elsewhere meanwhile */
    TrafficFamilies(Supplier<Snapshot> snapshots, DataPathCounts counts, Latencies latencies) {
        this.snapshots = snapshots;
        this.counts = counts;
        this.latencies = latencies;
    }

    List<Family> of(Snapshot snapshot, Backends backends) {
        Map<Integer, Traffic> traffic = counts.targets(snapshot.targets().keySet());
        Map<Place, Connections> connections = counts.connections();
        Map<Integer, Endpoint> targets = new HashMap<>(snapshot.targets());
        Map<Integer, Endpoint> after = snapshots.get().targets();
        targets.entrySet().removeIf(target -> !target.getValue().equals(after.get(target.getKey())));
        Map<Endpoint, Long> active = active(targets, traffic);
        Family bytes = Family.counter("lb_bytes_total", "Bytes transferred, with IP headers.", DIRECTED);
        Family packets = Family.counter("lb_packets_total", "Packets transferred.", DIRECTED);
        volumes.settle(volumes(targets, traffic)).forEach((endpoint, row) -> {
            String[] forward = labels(endpoint, "forward");
            String[] reverse = labels(endpoint, "reverse");
            packets.add(row[0], forward);
            packets.add(row[1], reverse);
            bytes.add(row[2], forward);
            bytes.add(row[3], reverse);
        });
        return List.of(
                activeFamily(active),
                bytes,
                packets,
                perBackend(snapshot, targets, connections, backends),
                opened(snapshot, targets, connections, backends),
                answers(snapshot));
    }

    private static Map<Endpoint, Long> active(Map<Integer, Endpoint> targets, Map<Integer, Traffic> traffic) {
        Map<Endpoint, Long> active = new TreeMap<>();
        targets.forEach((index, endpoint) -> {
            Traffic of = traffic.get(index);
            if (of != null) {
                active.merge(endpoint, of.active(), Long::sum);
            }
        });
        return active;
    }

    private static Map<Endpoint, Map<Integer, long[]>> volumes(
            Map<Integer, Endpoint> targets, Map<Integer, Traffic> traffic) {
        Map<Endpoint, Map<Integer, long[]>> volumes = new TreeMap<>();
        targets.forEach((index, endpoint) -> {
            Traffic of = traffic.get(index);
            if (of != null) {
                Volume forward = of.forward();
                Volume reverse = of.reverse();
                long[] row = {forward.packets(), reverse.packets(), forward.bytes(), reverse.bytes()};
                volumes.computeIfAbsent(endpoint, _ -> new HashMap<>()).put(index, row);
            }
        });
        return volumes;
    }

    private static Family activeFamily(Map<Endpoint, Long> active) {
        Family family = Family.gauge("lb_connections_active", "Current active connections per backend.", TARGET);
        active.forEach((endpoint, connections) ->
                family.add(connections, endpoint.scopedAddress(), Integer.toString(endpoint.port())));
        return family;
    }

    private static Family perBackend(
            Snapshot snapshot, Map<Integer, Endpoint> targets, Map<Place, Connections> connections, Backends backends) {
        Map<ProxyTarget, Long> active = new HashMap<>();
        connections.forEach((place, of) ->
                met(place, snapshot, targets).ifPresent(target -> active.merge(target, of.active(), Long::sum)));
        Family family = Family.gauge(
                "lb_backend_connections", "Current connections of a backend that came by the proxy.", PROXY_TARGET);
        backends.all().forEach((target, backend) -> {
            if (target.endpoint().equals(targets.get(backend.index()))) { // 0 until the first connection
                family.add(active.getOrDefault(target, 0L), Backends.labels(target));
            }
        });
        return family;
    }

    /** Who meets there; empty when one of them is known no more. */
    private static Optional<ProxyTarget> met(Place place, Snapshot snapshot, Map<Integer, Endpoint> targets) {
        return Optional.ofNullable(snapshot.proxyNames().get(place.proxy()))
                .flatMap(proxy -> Optional.ofNullable(targets.get(place.target()))
                        .map(endpoint -> new ProxyTarget(proxy, endpoint)));
    }

    private Family opened(
            Snapshot snapshot, Map<Integer, Endpoint> targets, Map<Place, Connections> connections, Backends backends) {
        Map<ProxyTarget, Map<Place, long[]>> rows = new TreeMap<>();
        backends.all().forEach((target, backend) -> {
            if (target.endpoint().equals(targets.get(backend.index()))) { // 0 until the first connection
                rows.computeIfAbsent(target, _ -> new HashMap<>())
                        .put(new Place(backend.proxy(), backend.index()), new long[1]);
            }
        });
        connections.forEach((place, of) -> met(place, snapshot, targets)
                .ifPresent(target ->
                        rows.computeIfAbsent(target, _ -> new HashMap<>()).put(place, new long[] {of.opened()})));
        Family family = Family.counter("lb_new_connections_total", "Connections opened.", PROXY_TARGET);
        openings.settle(rows).forEach((target, row) -> family.add(row[0], Backends.labels(target)));
        return family;
    }

    private Family answers(Snapshot snapshot) {
        Family family = Family.histogram(
                "lb_backend_latency_seconds",
                "From a client's SYN to the backend's answer, as this host saw them; while statistics are kept.",
                TARGET);
        latencies.keep(Set.copyOf(snapshot.targets().values()));
        latencies
                .handshakes()
                .forEach((endpoint, times) ->
                        family.add(times, endpoint.scopedAddress(), Integer.toString(endpoint.port())));
        return family;
    }

    private static String[] labels(Endpoint endpoint, String direction) {
        return new String[] {endpoint.scopedAddress(), Integer.toString(endpoint.port()), direction};
    }
}
