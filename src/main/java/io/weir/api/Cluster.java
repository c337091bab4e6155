package io.weir.api;

import io.weir.engine.Notice.MemberNotice;
import io.weir.model.NodeId;
import io.weir.model.Subscription;
import io.weir.policy.Decision;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The node among its peers. It is begun and ended by {@code :cluster} of the settings; a node without one answers too, and
 * says so.
 */
public interface Cluster {

    /** Of a node that has no peers and looks for none. */
    Cluster NONE = new NoCluster();

    /** What is so now; does not block. */
    ClusterStatus status();

    /** What has still to be drawn of peers before this node is ready; empty: nothing. */
    default Optional<String> behind() {
        return status().behind();
    }

    /** Whether this node takes part in a cluster. */
    default boolean isRunning() {
        return status().state() == ClusterStatus.State.RUNNING;
    }

    /** Names of those that take part, this one's included: also of one that does not answer and is not given up yet. */
    default Set<NodeId> present() {
        Set<NodeId> present = new TreeSet<>();
        status().nodes().stream()
                .filter(node -> node.state().isPresent())
                .map(ClusterNode::node)
                .forEach(present::add);
        return present;
    }

    /** Whether it answers. This node does. */
    default boolean isAlive(NodeId node) {
        return is(node, ClusterNode.State.ALIVE);
    }

    /** Whether it does not answer, and is not given up yet. */
    default boolean isSuspected(NodeId node) {
        return is(node, ClusterNode.State.SUSPECTED);
    }

    /** Whether it was given up. */
    default boolean isDead(NodeId node) {
        return is(node, ClusterNode.State.DEAD);
    }

    private boolean is(NodeId node, ClusterNode.State state) {
        return status().find(node).map(ClusterNode::state).filter(state::equals).isPresent();
    }

    /**
     * Exchanges facts and compares connections with all peers now, and waits until all that live agree or {@link
     * SyncResult#PATIENCE} has passed. Without it that happens by itself, with one peer each {@code :push-pull-interval-ms}.
     * Refused with NOT_NOW where there is no cluster.
     */
    SyncResult synchronise();

    /**
     * Says something about a target to all nodes, this one included, whatever its own checks find: the latest word on health
     * holds, a drain until it is undone. Refused with NOT_NOW where there is no cluster, where its kind is not shared, and when too
     * much is known already of targets that are not configured here.
     */
    void broadcast(Decision decision);

    /** What befalls other nodes from now on. */
    Subscription<MemberNotice> subscribe(int capacity);
}
