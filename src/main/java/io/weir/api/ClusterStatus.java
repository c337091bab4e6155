package io.weir.api;

import io.weir.flow.ReplicationStatus;
import io.weir.model.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a node stands among its peers.
 *
 * @param node this one's name; empty without a cluster
 * @param nodes all that take part and the last ones that did, this one included, by name
 * @param seeds peers that are asked first, and again while they are missing
 * @param insecure whether it runs without keys on an address that others reach
 * @param keys how many the keyring has; 0: nothing is sealed
 * @param behind what this node has still to draw of its peers before it is ready; empty when it was in sync once since its start
 * @param trouble why it takes no part although it is switched on, or which seeds do not answer while it is alone
 * @param facts how the exchange of facts stands
 * @param flows how the replication of connections stands; NONE where it is switched off
 * @param promoted flows of peers that were taken over since the data path was loaded
 * @param refused connections and frames of peers that were not taken, by reason
 */
public record ClusterStatus(
        State state,
        Optional<NodeId> node,
        List<ClusterNode> nodes,
        List<String> seeds,
        boolean insecure,
        int keys,
        Optional<String> behind,
        Optional<String> trouble,
        FactStatus facts,
        ReplicationStatus flows,
        long promoted,
        Map<String, Long> refused) {

    public enum State {
        /** The settings want no cluster. */
        DISABLED,
        RUNNING,
        /** Another node of the same name was there before: this one takes no part. */
        STOOD_BACK
    }

    static final ClusterStatus DISABLED = new ClusterStatus(
            State.DISABLED,
            Optional.empty(),
            List.of(),
            List.of(),
            false,
            0,
            Optional.empty(),
            Optional.empty(),
            FactStatus.NONE,
            ReplicationStatus.NONE,
            0,
            Map.of());

    public ClusterStatus {
        nodes = List.copyOf(nodes);
        seeds = List.copyOf(seeds);
        refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    }

    /** Empty if no such node was ever met. */
    public Optional<ClusterNode> find(NodeId wanted) {
        return nodes.stream().filter(known -> known.node().equals(wanted)).findFirst();
    }

    /** How many take part, this one included. */
    public int size() {
        return Math.toIntExact(
                nodes.stream().filter(known -> known.state().isPresent()).count());
    }

    /** Of a living peer: whether its facts and its connections are all known here. */
    public boolean isInSync(NodeId peer) {
        return !facts.undrawn().contains(peer) && flows.isInSync(peer);
    }

    /** Whether the facts and connections of all peers are known here. */
    public boolean isInSync() {
        return nodes.stream()
                .filter(known ->
                        !node.equals(Optional.of(known.node())) && known.state().isPresent())
                .allMatch(known -> isInSync(known.node()));
    }
}
