package io.weir.metrics;

import io.weir.stats.DataPathCounts;
import java.util.List;
import java.util.TreeMap;

/** What the data path does with packets, and how full its tables are. */
final class DataPathFamilies {

    private final DataPathCounts counts;

    DataPathFamilies(DataPathCounts counts) {
        this.counts = counts;
    }

    List<Family> all() {
        Family verdicts = Family.counter(
                "lb_verdicts_total",
                "Packets that were not plainly forwarded, by what became of them and why.",
                "verdict",
                "reason");
        counts.verdicts().forEach(of -> verdicts.add(of.packets(), of.verdict(), of.reason()));
        Family entries = Family.gauge("lb_table_entries", "Entries of a table of the data path.", "table");
        Family capacity = Family.gauge("lb_table_capacity", "Entries a table of the data path has room for.", "table");
        new TreeMap<>(counts.tables()).forEach((name, table) -> {
            entries.add(table.entries(), name);
            capacity.add(table.capacity(), name);
        });
        Family lost = Family.counter("lb_events_lost_total", "Connection events that found their buffer full.");
        lost.add(counts.eventsLost());
        return List.of(verdicts, entries, capacity, lost);
    }
}
