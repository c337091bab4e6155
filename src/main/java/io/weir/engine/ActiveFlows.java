package io.weir.engine;

/**
 * The data path's count of flows, asked before the index of a target that is gone is given to another, and for what drains
 * wait for.
 */
@FunctionalInterface
public interface ActiveFlows {

    /**
     * Flows that have not ended, confirmed or half-open, or that a peer carries and this node may go on with.
     *
     * @param target its index
     * @throws DataplaneException if the counters cannot be read
     */
    long flowsOn(int target);

    /**
     * Those of them that came by one proxy; all, where nobody tells them apart.
     *
     * @param proxy its number
     */
    default long flowsOn(int proxy, int target) {
        return flowsOn(target);
    }
}
