package io.weir.stats;

import io.weir.model.Flow;
import java.util.List;
import java.util.function.Predicate;

/** Port: the confirmed flows in the data path's table. Called by several threads. */
public interface TrackedFlows {

    /**
     * @param flow what is known of it; its totals only when they are asked for and kept
     * @param proxy number of the proxy
     * @param target index of the target
     */
    record TrackedFlow(Flow flow, int proxy, int target) {}

    /**
     * Walks the table, in no order. Flows that begin or end meanwhile may or may not be seen; one may be seen twice.
     *
     * @param visitor says whether to go on
     */
    void walk(Predicate<TrackedFlow> visitor);

    /**
     * Ends flows, which makes their next packets those of no flow: returns when the data path has done it. Those that are gone
     * are passed over.
     */
    void end(List<Flow> flows);
}
