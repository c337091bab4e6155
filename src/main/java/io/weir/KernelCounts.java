package io.weir;

import io.weir.dataplane.Counters;
import io.weir.dataplane.Counters.TargetCounts;
import io.weir.dataplane.Reason;
import io.weir.stats.DataPathCounts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The data path's counters in the words of metrics and status. */
final class KernelCounts implements DataPathCounts {

    private final Counters counters;

    KernelCounts(Counters counters) {
        this.counters = counters;
    }

    @Override
    public Map<Integer, Traffic> targets(Set<Integer> indices) {
        Map<Integer, Traffic> traffic = new HashMap<>();
        counters.targets(indices).forEach((index, counts) -> traffic.put(index, traffic(counts)));
        return traffic;
    }

    private static Traffic traffic(TargetCounts counts) {
        return new Traffic(
                Math.max(0, counts.active()), // one CPU counts the beginning, another the end
                new Volume(counts.packetsToTarget(), counts.bytesToTarget()),
                new Volume(counts.packetsToClient(), counts.bytesToClient()));
    }

    @Override
    public Map<Place, Connections> connections() {
        Map<Place, Connections> connections = new HashMap<>();
        counters.connections()
                .forEach((at, counts) -> connections.put(
                        new Place(at.proxy(), at.target()),
                        new Connections(counts.opened(), Math.max(0, counts.active()))));
        return connections;
    }

    @Override
    public List<Verdict> verdicts() {
        Map<Reason, Long> packets = counters.verdicts();
        return Arrays.stream(Reason.values())
                .filter(reason -> reason != Reason.NONE)
                .map(reason -> new Verdict(reason.verdict().text(), reason.text(), packets.getOrDefault(reason, 0L)))
                .toList();
    }

    @Override
    public Map<String, Table> tables() {
        Map<String, Table> tables = new HashMap<>();
        counters.tables().forEach((name, size) -> tables.put(name, new Table(size.entries(), size.capacity())));
        return tables;
    }

    @Override
    public long eventsLost() {
        return counters.eventsLost();
    }
}
