package io.weir.flow;

import io.weir.model.NodeId;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Who carries which flows, this node among them: what the reading of one owner's stream must know of the others. */
final class Owners {

    private final OwnFlows own;
    private final CarriedFlows carried;
    private final Map<NodeId, OwnStream> outgoing;
    private final Map<NodeId, PeerStream> incoming;
    private final Consumer<FlowRecord> givenUp;
    private final BiConsumer<OwnStream, FlowRecord> tellNow;

    /**
     * @param own what this node carries
     * @param carried the same, as far as it was told
     * @param outgoing to whom it is told
     * @param incoming what others carry
     * @param givenUp takes what this node carries no more
     * @param tellNow tells a peer of a flow as of one that was opened
     */
    Owners(
            OwnFlows own,
            CarriedFlows carried,
            Map<NodeId, OwnStream> outgoing,
            Map<NodeId, PeerStream> incoming,
            Consumer<FlowRecord> givenUp,
            BiConsumer<OwnStream, FlowRecord> tellNow) {
        this.own = own;
        this.carried = carried;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.givenUp = givenUp;
        this.tellNow = tellNow;
    }

    /** Whether this node carries the flow itself. */
    boolean carriedHere(FlowRecord flow) {
        return carried.contains(flow);
    }

    /** In which bucket of this node's own flows it is, if it is one. */
    int bucketHere(FlowRecord flow) {
        return Fingerprint.bucket(carried.flows().of(flow));
    }

    /** This node gave a flow up to a peer. */
    void gaveUp(FlowRecord flow) {
        if (carried.contains(flow)) {
            givenUp.accept(flow);
        }
    }

    /** A flow that this node carries is to be told to a peer anew, which has ended it or one like it. */
    void tellAnew(NodeId peer, FlowRecord flow) {
        Optional.ofNullable(outgoing.get(peer))
                .ifPresent(stream -> own.find(flow).ifPresent(found -> tellNow.accept(stream, found)));
    }

    /** Flows of these buckets that this node carries are to be told to a peer anew. */
    void tellAnew(NodeId peer, BitSet buckets) {
        Optional.ofNullable(outgoing.get(peer)).ifPresent(stream -> stream.tellAnew(buckets));
    }

    /** Another owner that told of this flow as it is. */
    Optional<NodeId> otherOwner(NodeId owner, FlowRecord flow) {
        return incoming.entrySet().stream()
                .filter(other -> !other.getKey().equals(owner)
                        && other.getValue().flows().containsAsIs(flow))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Has every other owner that told of this flow, wherever it goes, tell it anew. */
    void askOthers(NodeId owner, FlowRecord flow) {
        incoming.forEach((other, stream) -> {
            if (!other.equals(owner)) {
                stream.flows().askAnew(flow);
            }
        });
    }
}
