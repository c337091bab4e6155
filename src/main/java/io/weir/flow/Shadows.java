package io.weir.flow;

import io.weir.model.NodeId;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Port: the flows of peers, held ready in this node's kernel. A shadow has one owner and no time of its own: it stays until it is
 * removed, promoted by a packet, or claimed, and outlives the process. Called by one thread.
 */
public interface Shadows {

    /**
     * Puts flows of a peer. One that goes to another target is another connection of the same client's port: of two such the one
     * that was confirmed later stands.
     *
     * <p>A shadow that stands there already is replaced, also another owner's, unless it is such a later connection. A flow that
     * this node carries itself stays its own if it is such a later connection, or had a packet since: when its idle time is below
     * the record's, or below two seconds. Otherwise this node gives it up, and it becomes the peer's shadow.
     */
    Result put(NodeId owner, List<FlowRecord> flows);

    /** Removes those that are this owner's; another's stay. What is not there is passed over. */
    void remove(NodeId owner, List<FlowRecord> flows);

    /**
     * Gives shadows to another owner, who carries the same flows and goes on to. Those that the first one does not have, or that
     * go to another target than given, stay as they are.
     */
    void handOver(NodeId from, NodeId to, List<FlowRecord> flows);

    /**
     * Removes those of this owner that the predicate takes; a walk over all shadows.
     *
     * @return how many were removed
     */
    long removeIf(NodeId owner, Predicate<FlowRecord> gone);

    /**
     * Makes shadows of this owner this node's own flows, with their whole time before them, and tells each as opened: their owner
     * is dead and this node answers for them. One that this node carries already is only removed from the shadows.
     *
     * @return how many became its own
     */
    long claim(NodeId owner, Predicate<FlowRecord> mine);

    /**
     * Drops all of an owner that will not come back.
     *
     * @return how many were dropped
     */
    long forget(NodeId owner);

    /** Who has any; also by what an earlier process put. */
    Set<NodeId> owners();

    /**
     * Which of the owner's tables its shadows are flows of, as {@link #noteTable} said last, perhaps in an earlier process; see
     * {@link OwnFlows#table}. Empty if nobody said.
     */
    OptionalLong table(NodeId owner);

    /** To be said before the first of them is put. */
    void noteTable(NodeId owner, long table);

    /** Shadows of this owner. */
    long count(NodeId owner);

    /** Shadows of all owners. */
    long size();

    /** How many there is room for. */
    long capacity();

    /**
     * What became of the flows of one call.
     *
     * @param stored how many are the peer's shadows now, with those that this node carried and gave up
     * @param kept those of the given that stay this node's own
     * @param refused those there was no room for
     * @param unknown those of the stored whose target or proxy is not configured here
     */
    record Result(int stored, List<FlowRecord> kept, List<FlowRecord> refused, List<FlowRecord> unknown) {

        public Result {
            kept = List.copyOf(kept);
            refused = List.copyOf(refused);
            unknown = List.copyOf(unknown);
        }
    }
}
