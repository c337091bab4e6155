package io.weir.flow;

import io.weir.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The whole of replication but its thread: this node's flows to every peer, every peer's to this node. Time is an argument, in
 * nanoseconds of any clock; nothing waits. For one thread.
 *
 * <p>Who carries a flow is said by whoever told last. Between nodes that both carry it, see {@link HeldFlows}; for flows of nodes
 * that are not there, see {@link Orphans}.
 */
final class FlowExchange {

    /** Between two walks: a peer that is dirty again and again does not keep this node busy. */
    private static final long ROUND_PAUSE_NANOS = 100_000_000L;

    /** Between two walks that nobody wants, which find what no event told. */
    private static final long VERIFY_NANOS = 600_000_000_000L;

    private static final long LOST_LOOK_NANOS = 10_000_000L;

    /** For all that comes by and by. */
    private static final long LOOK_NANOS = 100_000_000L;

    private final OwnFlows own;
    private final Shadows shadows;
    private final long sumNanos;
    private final CarriedFlows carried;
    private final Lags lags = new Lags();
    private final Map<NodeId, OwnStream> outgoing = new TreeMap<>();
    private final Map<NodeId, PeerStream> incoming = new TreeMap<>();
    private final Map<NodeId, PeerLink> links = new TreeMap<>();
    private final Orphans orphans;
    private final Owners owners;
    private Optional<Round> round = Optional.empty();
    private long roundEnded;
    private long lostSeen;
    private long lostLooked;
    private int streams;
    private long malformed;
    private long otherVersion;
    private long clock;

    /**
     * @param random for what peers must not take for an earlier process's, and what clients must not guess
     * @param sumNanos between two digests to a peer
     */
    FlowExchange(NodeId self, OwnFlows own, Shadows shadows, RandomGenerator random, long sumNanos, long now) {
        this.own = own;
        this.shadows = shadows;
        this.streams = random.nextInt();
        this.carried = new CarriedFlows(random.nextLong());
        this.owners = new Owners(
                own,
                carried,
                outgoing,
                incoming,
                flow -> closed(flow, clock, clock),
                (peer, flow) -> peer.change(true, flow, clock, clock));
        this.sumNanos = sumNanos;
        this.lostSeen = own.lost();
        this.roundEnded = now - ROUND_PAUSE_NANOS;
        this.clock = now;
        this.orphans = new Orphans(self, shadows, owner -> incoming(owner).dead(clock));
        for (NodeId owner : shadows.owners()) {
            incoming(owner);
            orphans.absent(owner, now);
        }
    }

    /** @param at when it happened */
    void opened(FlowRecord flow, long at, long now) {
        if (outgoing.isEmpty()) {
            return;
        }
        carried.opened(flow);
        for (OwnStream peer : outgoing.values()) {
            peer.change(true, flow, at, now);
        }
    }

    void closed(FlowRecord flow, long at, long now) {
        if (outgoing.isEmpty()) {
            return;
        }
        carried.closed(flow);
        for (OwnStream peer : outgoing.values()) {
            peer.change(false, flow, at, now);
        }
    }

    void up(PeerLink link, long now) {
        clock = now;
        NodeId peer = link.peer();
        links.put(peer, link);
        orphans.back(peer);
        Optional.ofNullable(outgoing.put(peer, new OwnStream(link, carried, own.table(), lags, streams, sumNanos, now)))
                .ifPresent(OwnStream::close);
        streams += 1 << 16;
        incoming(peer).up();
    }

    void down(NodeId peer) {
        links.remove(peer);
        Optional.ofNullable(outgoing.remove(peer)).ifPresent(OwnStream::close);
        if (outgoing.isEmpty()) {
            stopRound();
            carried.clear();
        }
    }

    void dead(NodeId peer, Collection<NodeId> survivors, long now) {
        clock = now;
        down(peer);
        orphans.dead(peer, survivors, now);
    }

    /** It said goodbye: its data path may carry on. */
    void left(NodeId peer, long now) {
        clock = now;
        down(peer);
        orphans.absent(peer, now);
    }

    void configured() {
        incoming.values().forEach(peer -> peer.flows().configured());
    }

    /** Compares with all peers now: what they know of this node's flows, and what this node knows of theirs. */
    void compareNow(long now) {
        outgoing.values().forEach(peer -> peer.sum(now));
        links.keySet().forEach(peer -> incoming(peer).compareNow());
    }

    void frame(NodeId peer, byte[] bytes, long now) {
        clock = now;
        if (FlowFrameReader.isOfAnotherVersion(bytes)) {
            otherVersion++; // and not answered: two that do not understand each other would never stop
            return;
        }
        try {
            switch (FlowFrameReader.read(bytes)) {
                case FlowFrame.Told told -> incoming(peer).told(told, bytes.length, now);
                case FlowFrame.Answer answer ->
                    Optional.ofNullable(outgoing.get(peer)).ifPresent(stream -> stream.answered(answer, now));
            }
        } catch (MalformedFlowFrameException broken) {
            malformed++;
            incoming(peer).again(now);
            Optional.ofNullable(outgoing.get(peer)).ifPresent(stream -> stream.restart(now));
        } catch (RuntimeException failed) {
            incoming(peer).again(now); // nobody knows how much of it was done
            throw failed;
        }
    }

    private PeerStream incoming(NodeId peer) {
        return incoming.computeIfAbsent(
                peer,
                owner -> new PeerStream(
                        owner,
                        shadows,
                        owners,
                        answer -> Optional.ofNullable(links.get(owner))
                                .ifPresent(link -> link.offer(FlowFrameWriter.write(answer))),
                        clock));
    }

    /** Does what is due. To be called after every batch of news, and when {@link #due} says. */
    void tick(long now) {
        clock = now;
        lookForLost(now);
        boolean drawn = links.keySet().stream().allMatch(peer -> incoming(peer).isDrawn());
        incoming.values().forEach(peer -> {
            peer.drop(drawn, now);
            peer.tick(now);
        });
        outgoing.values().forEach(peer -> peer.tick(now));
        round(now);
        orphans.tick(links.keySet(), now);
    }

    private void lookForLost(long now) {
        if (now - lostLooked >= LOST_LOOK_NANOS) {
            lostLooked = now;
            long lost = own.lost();
            if (lost != lostSeen) {
                lostSeen = lost;
                lost(now);
            }
        }
    }

    /** Changes of this node's flows were lost: all is told anew. */
    void lost(long now) {
        stopRound();
        outgoing.values().forEach(peer -> peer.restart(now));
    }

    private void stopRound() {
        round.ifPresent(Round::close);
        round = Optional.empty();
    }

    private void round(long now) {
        if (round.isEmpty() && now - roundEnded >= ROUND_PAUSE_NANOS && !outgoing.isEmpty()) {
            List<OwnStream> peers = new ArrayList<>();
            outgoing.values().stream().filter(peer -> !peer.wanted().isEmpty()).forEach(peers::add);
            if (!peers.isEmpty() || now - roundEnded >= VERIFY_NANOS) {
                round = Optional.of(Round.begin(own, carried, peers, now));
            }
        }
        if (round.isPresent() && !round.get().step(now)) {
            stopRound();
            roundEnded = now;
        }
    }

    /** When {@link #tick} has something to do, if nothing else happens; this moment, while a walk can go on. */
    long due(long now) {
        long due = round.filter(Round::canStep).isPresent() ? now : now + LOOK_NANOS;
        for (OwnStream peer : outgoing.values()) {
            due = Math.min(due, peer.due(now));
        }
        return due;
    }

    /** Whether all flows of all peers with a link are known here. */
    boolean isInSync() {
        return links.keySet().stream().allMatch(peer -> incoming(peer).isInSync());
    }

    /** Flows of this node that no living peer has acknowledged yet: they would die with it. Without a peer, all. */
    private long unprotected() {
        if (outgoing.isEmpty()) {
            return own.count();
        }
        return outgoing.values().stream()
                .filter(OwnStream::hasAll)
                .mapToLong(OwnStream::unacknowledged)
                .min()
                .orElseGet(own::count); // what was told of them since a link stands is not all
    }

    ReplicationStatus status(long now) {
        Map<NodeId, ReplicationStatus.Peer> peers = new TreeMap<>();
        Set<NodeId> known = new TreeSet<>(links.keySet());
        known.addAll(shadows.owners());
        incoming.values().stream()
                .filter(from -> from.flows().size() > 0)
                .map(PeerStream::owner)
                .forEach(known::add);
        for (NodeId peer : known) {
            Optional<OwnStream> to = Optional.ofNullable(outgoing.get(peer));
            PeerStream from = incoming(peer);
            peers.put(
                    peer,
                    new ReplicationStatus.Peer(
                            links.containsKey(peer),
                            to.filter(OwnStream::hasAll).isPresent(),
                            from.isInSync(),
                            shadows.count(peer),
                            to.map(OwnStream::underwayBytes).orElse(0),
                            to.map(stream -> stream.counts().bytes).orElse(0L),
                            from.counts().bytes,
                            to.map(stream -> stream.counts().restarts).orElse(0L) + from.counts().restarts,
                            from.counts().repairs,
                            from.flows().counts().refused,
                            from.flows().counts().kept,
                            from.flows().counts().unknown));
        }
        return new ReplicationStatus(
                peers,
                isInSync(),
                carried.size(),
                shadows.size(),
                shadows.capacity(),
                unprotected(),
                lags.quantile(0.5, now),
                lags.quantile(0.99, now),
                malformed,
                otherVersion);
    }
}
