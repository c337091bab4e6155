package io.weir.admin;

import io.weir.api.Cluster;
import io.weir.api.Operations;
import io.weir.engine.Notice;
import io.weir.model.Change;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.policy.VipRole;
import io.weir.stats.Connections;
import io.weir.stats.DataPathCounts;
import io.weir.stats.FlowEvent;
import io.weir.stats.Latencies.TargetLatencies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the API is put over.
 *
 * @param operations the Java API
 * @param cluster its peers
 * @param config the rules of the configuration file
 * @param clock milliseconds, which the times in snapshots are of
 * @param notices subscribes to what becomes otherwise with targets, with room for so many
 * @param connections the flow table
 * @param counts of the data path
 * @param latencies by target, of connections whose events were kept
 * @param flowEvents subscribes to connections that open and end, with room for so many
 * @param reload of the configuration; empty when there is no file it came from
 * @param vips roles by VRRP instance
 * @param version of the program
 */
public record Node(
        Operations operations,
        Cluster cluster,
        ConfigCodec config,
        LongSupplier clock,
        IntFunction<Subscription<Notice>> notices,
        Connections connections,
        DataPathCounts counts,
        Supplier<Map<Endpoint, TargetLatencies>> latencies,
        IntFunction<Subscription<FlowEvent>> flowEvents,
        Optional<Reload> reload,
        Supplier<Map<String, VipRole>> vips,
        String version) {

    /** Puts a whole configuration in place of the one that runs. Both throw {@link Refusal}; nothing has changed then. */
    public interface Reload {

        /**
         * Reads the file again.
         *
         * @param dry only says what would change
         */
        Outcome file(boolean dry);

        /**
         * Takes what is sent, until the file is read again.
         *
         * @param tree under the keys of the file
         * @param dry only says what would change
         */
        Outcome sent(Object tree, boolean dry);
    }

    /**
     * What a reload did.
     *
     * @param message one line
     */
    public record Outcome(String message, List<Change> changes) {

        public Outcome {
            changes = List.copyOf(changes);
        }
    }
}
