package io.weir.api;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Subscription;
import io.weir.stats.ConnectionFilter;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Table;
import io.weir.stats.DataPathCounts.Verdict;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowStatistics;
import io.weir.stats.Latencies.TargetLatencies;
import java.util.List;
import java.util.Map;

/**
 * @param operations switches statistics on and off
 * @param table the flow table
 */
record NodeStats(
        Operations operations, FlowStatistics statistics, io.weir.stats.Connections table, DataPathCounts counts)
        implements Stats {

    @Override
    public void enable(boolean enabled) {
        operations.enableStatistics(enabled);
    }

    @Override
    public ConnectionStats connections() {
        io.weir.stats.Connections.Totals totals = table.totals(ConnectionFilter.ALL);
        Flow.Totals traffic = totals.traffic();
        return new ConnectionStats(
                totals.connections(),
                traffic.packetsToTarget(),
                traffic.bytesToTarget(),
                traffic.packetsToClient(),
                traffic.bytesToClient());
    }

    @Override
    public TargetTraffic traffic() {
        return TargetTraffic.read(operations::status, counts);
    }

    @Override
    public List<Verdict> verdicts() {
        return counts.verdicts();
    }

    @Override
    public Map<String, Table> tables() {
        return counts.tables();
    }

    @Override
    public Map<Endpoint, TargetLatencies> latencies() {
        return statistics.latencies().all();
    }

    @Override
    public Subscription<FlowEvent> subscribe(int capacity) {
        return statistics.stream().subscribe(capacity);
    }

    @Override
    public long lostEvents() {
        return counts.eventsLost();
    }
}
