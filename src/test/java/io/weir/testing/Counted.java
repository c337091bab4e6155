package io.weir.testing;

import io.weir.stats.DataPathCounts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A data path that has counted what it is told. */
public final class Counted implements DataPathCounts {

    public final Map<Integer, Traffic> targets = new ConcurrentHashMap<>();
    public final Map<Place, Connections> connections = new ConcurrentHashMap<>();

    /** @param packets forward; half of them in reverse, each of a hundred bytes */
    public void put(int index, long active, long packets) {
        targets.put(
                index, new Traffic(active, new Volume(packets, packets * 100), new Volume(packets / 2, packets * 50)));
    }

    /** Connections of a proxy at a target: so many were opened, so many of them are there now. */
    public void connect(int proxy, int index, long opened, long active) {
        connections.put(new Place(proxy, index), new Connections(opened, active));
    }

    @Override
    public Map<Integer, Traffic> targets(Set<Integer> indices) {
        Map<Integer, Traffic> found = new HashMap<>(targets);
        found.keySet().retainAll(indices);
        return found;
    }

    @Override
    public Map<Place, Connections> connections() {
        return connections;
    }

    @Override
    public List<Verdict> verdicts() {
        return List.of(new Verdict("dropped", "no_target", 7), new Verdict("passed", "not_ip", 0));
    }

    @Override
    public Map<String, Table> tables() {
        return Map.of("flows", new Table(4, 200));
    }

    @Override
    public long eventsLost() {
        return 3;
    }
}
