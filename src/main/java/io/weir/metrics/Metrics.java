package io.weir.metrics;

import io.prometheus.client.exporter.common.TextFormat;
import io.weir.api.ClusterStatus;
import io.weir.engine.Snapshot;
import io.weir.policy.VipRole;
import io.weir.stats.DataPathCounts;
import io.weir.stats.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All metrics of a node, read anew each time they are asked for. */
public final class Metrics {

    /** How they can be written. */
    public enum Format {
        PROMETHEUS(TextFormat.CONTENT_TYPE_004),
        OPEN_METRICS(TextFormat.CONTENT_TYPE_OPENMETRICS_100);

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }

        /** What somebody understands who accepts this, as in the header; null: they did not say. */
        static Format of(@Nullable String accept) {
            return TextFormat.chooseContentType(accept).equals(OPEN_METRICS.contentType) ? OPEN_METRICS : PROMETHEUS;
        }
    }

    private final Supplier<Snapshot> snapshots;
    private final NodeFamilies node;
    private final ConditionFamilies conditions;
    private final TrafficFamilies traffic;
    private final DataPathFamilies dataPath;
    private final ClusterFamilies cluster;

    /**
     * @param snapshots the engine's latest
     * @param answers how long targets take to answer
     * @param resolved whether the last lookup of a host name found addresses; empty: nobody looks it up again
     * @param reloads of the configuration
     * @param vips roles by VRRP instance
     * @param cluster how the node stands among its peers
     * @param version of the program
     */
    public Metrics(
            Supplier<Snapshot> snapshots,
            DataPathCounts counts,
            CheckLatencies checks,
            Latencies answers,
            Function<String, Optional<Boolean>> resolved,
            Reloads reloads,
            Supplier<Map<String, VipRole>> vips,
            Supplier<ClusterStatus> cluster,
            String version) {
        this.snapshots = snapshots;
        this.node = new NodeFamilies(version, resolved, reloads, vips);
        this.conditions = new ConditionFamilies(checks);
        this.traffic = new TrafficFamilies(snapshots, counts, answers);
        this.dataPath = new DataPathFamilies(counts);
        this.cluster = new ClusterFamilies(cluster);
    }

    /** As Prometheus reads them. One caller at a time, the others wait. */
    public String text(Format format) {
        List<Family> families = families();
        StringBuilder text =
                new StringBuilder(families.stream().mapToInt(Family::length).sum());
        families.forEach(family -> family.write(text, format));
        return text.append(format == Format.OPEN_METRICS ? "# EOF\n" : "").toString();
    }

    /** Those that have a sample. Counts must be taken in the order they are shown in. */
    private synchronized List<Family> families() {
        Snapshot snapshot = snapshots.get();
        Backends backends = Backends.of(snapshot);
        List<Family> families = new ArrayList<>(node.of(snapshot));
        families.addAll(traffic.of(snapshot, backends));
        families.addAll(conditions.of(snapshot, backends));
        families.addAll(dataPath.all());
        families.addAll(cluster.all());
        families.removeIf(Family::isEmpty);
        return families;
    }
}
