package io.weir.engine;

/** The data path's exact count of flows, asked before the index of a target that is gone is given to another. */
@FunctionalInterface
public interface ActiveFlows {

    /**
     * Confirmed flows that have not ended, summed over CPUs.
     *
     * @param target its index
     * @throws DataplaneException if the counters cannot be read
     */
    long of(int target);
}
