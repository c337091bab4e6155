package io.weir.api;

import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.stats.DataPathCounts;
import io.weir.stats.DataPathCounts.Table;
import io.weir.stats.DataPathCounts.Traffic;
import io.weir.stats.DataPathCounts.Verdict;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowStatistics;
import io.weir.stats.Latencies.TargetLatencies;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is counted and told of connections. */
public interface Stats {

    /**
     * @param operations switches statistics on and off
     * @param statistics what came of flow events
     * @param table the flow table
     * @param counts of the data path
     */
    static Stats over(
            Operations operations, FlowStatistics statistics, io.weir.stats.Connections table, DataPathCounts counts) {
        return new NodeStats(operations, statistics, table, counts);
    }

    /**
     * The connections there are and their traffic so far, in packets and in bytes of IP packets with their headers; traffic is
     * zero while it is not kept.
     *
     * @param totalPacketsForward from clients to targets
     * @param totalPacketsReverse from targets to clients
     */
    record ConnectionStats(
            long totalConnections,
            long totalPacketsForward,
            long totalBytesForward,
            long totalPacketsReverse,
            long totalBytesReverse) {}

    /**
     * What went over targets since the data path gave each its place: a count that is less than before has begun anew.
     *
     * @param targets by whichever proxy, also those that are in none any more
     * @param opened connections by proxy and target; without any, absent
     */
    record TargetTraffic(Map<Endpoint, Traffic> targets, Map<ProxyTarget, Long> opened) {

        public TargetTraffic {
            targets = Map.copyOf(targets);
            opened = Map.copyOf(opened);
        }

        /** Reads the counters of all targets. */
        public static TargetTraffic read(Supplier<Snapshot> snapshots, DataPathCounts counts) {
            return TrafficReading.read(snapshots, counts);
        }

        /** Of all targets. */
        public Traffic sum() {
            return targets.values().stream().reduce(Traffic.NONE, Traffic::plus);
        }
    }

    /** Whether flow events and the traffic of connections are kept. An access log keeps them, too. */
    void enable(boolean enabled);

    /** Walks the flow table once. */
    ConnectionStats connections();

    /** Always counted, whether statistics are kept or not. */
    TargetTraffic traffic();

    /** Packets that were not plainly forwarded: one for each reason there is, since the data path was made. */
    List<Verdict> verdicts();

    /** How full the data path's tables are, by name. */
    Map<String, Table> tables();

    /** By target, from flow events since they are kept. */
    Map<Endpoint, TargetLatencies> latencies();

    /**
     * Connections that open and end from now on, while flow events are kept.
     *
     * @param capacity how many may wait, at least 1; what finds no room is counted by the subscription
     */
    Subscription<FlowEvent> subscribe(int capacity);

    /** Flow events that nobody heard, because the data path had no room for them. */
    long lostEvents();
}
