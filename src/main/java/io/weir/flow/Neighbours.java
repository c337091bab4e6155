package io.weir.flow;

import io.weir.model.NodeId;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** This node and its peers, as whoever reads the stream of one of them sees them. */
final class Neighbours implements Crowd {

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
    Neighbours(
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

    @Override
    public boolean carriedHere(FlowRecord flow) {
        return carried.contains(flow);
    }

    @Override
    public int bucketHere(FlowRecord flow) {
        return Fingerprint.bucket(carried.flows().of(flow));
    }

    @Override
    public void gaveUp(FlowRecord flow) {
        if (carried.contains(flow)) {
            givenUp.accept(flow);
        }
    }

    @Override
    public void tellAnew(NodeId peer, FlowRecord flow) {
        Optional.ofNullable(outgoing.get(peer))
                .ifPresent(stream -> own.find(flow).ifPresent(found -> tellNow.accept(stream, found)));
    }

    @Override
    public void tellAnew(NodeId peer, BitSet buckets) {
        Optional.ofNullable(outgoing.get(peer)).ifPresent(stream -> stream.tellAnew(buckets));
    }

    @Override
    public Optional<NodeId> otherOwner(NodeId owner, FlowRecord flow) {
        return incoming.entrySet().stream()
                .filter(other -> !other.getKey().equals(owner)
                        && other.getValue().flows().containsAsIs(flow))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    @Override
    public void askOthers(NodeId owner, FlowRecord flow) {
        incoming.forEach((other, stream) -> {
            if (!other.equals(owner)) {
                stream.flows().wish(flow);
            }
        });
    }
}
