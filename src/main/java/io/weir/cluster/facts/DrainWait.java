package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.flow.Replication;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact.Drain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whose connections a drain waits for, and how many each has left: own counts go out, those of peers come in. What a node
 * carried that is dead or has left is not over at once: living ones claim it, or packets of it come to them, and only then do
 * they count it. So it is waited for, with what it counted last, until nothing of it is held here for anybody to claim, and a
 * while longer.
 */
final class DrainWait {

    /** Longer than it takes to hear what others claim, and longer than nodes differ in when they call another one dead. */
    static final long CLAIMED_MS = 10_000;

    private boolean isShared;
    private final boolean isClaimed;
    private final FactNetwork network;
    private final FactListener listener;
    private final Gathering gathering = new Gathering();

    /** Peers that are up; whether they share drains. */
    private final Map<NodeId, Boolean> living = new TreeMap<>();

    /** Those that shared drains and are gone, until when they are waited for. */
    private final Map<NodeId, Long> departed = new TreeMap<>();

    private Set<NodeId> participants = Set.of();
    private long holdMs = CLAIMED_MS;
    private Predicate<NodeId> isHeld = _ -> false;

    /**
     * @param isShared whether this node shares drains
     * @param isClaimed whether somebody claims what a dead node carried
     */
    DrainWait(boolean isShared, boolean isClaimed, FactNetwork network, FactListener listener) {
        this.isShared = isShared;
        this.isClaimed = isClaimed;
        this.network = network;
        this.listener = listener;
    }

    /** @param drains whether this node shares drains from now on */
    void share(boolean drains) {
        isShared = drains;
        if (!isShared) {
            departed.clear();
        }
        tellParticipants();
    }

    /** How often connections are counted here, and so at peers: what was claimed has to be counted once. */
    void countedEvery(Duration interval) {
        holdMs = Math.max(CLAIMED_MS, 2 * interval.toMillis());
    }

    /** @param held whether connections of a peer are held ready here, which nobody is known to have claimed */
    void heldHere(Predicate<NodeId> held) {
        isHeld = held;
    }

    /** A peer is there, perhaps anew: what it shares it has still to say. */
    void up(NodeId id) {
        living.put(id, true);
        departed.remove(id);
        forget(id);
        tellParticipants();
        repeat(id);
    }

    void shares(NodeId id, boolean drains) {
        living.replace(id, drains);
        tellParticipants();
    }

    void died(NodeId id, long now) {
        gone(id, now + holdMs);
    }

    /** Its connections are left to it for a while, as it may be back. */
    void left(NodeId id, long now) {
        gone(id, now + Replication.ABSENCE.toMillis() + holdMs);
    }

    private void gone(NodeId id, long until) {
        boolean tookPart = Boolean.TRUE.equals(living.remove(id));
        if (tookPart && isShared && isClaimed) {
            departed.put(id, until);
        } else {
            forget(id);
        }
        tellParticipants();
    }

    void tick(long now) {
        departed.replaceAll((id, until) -> isHeld.test(id) ? Math.max(until, now + holdMs) : until);
        for (Iterator<Map.Entry<NodeId, Long>> all = departed.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<NodeId, Long> next = all.next();
            if (now >= next.getValue()) {
                all.remove();
                forget(next.getKey());
            }
        }
        tellParticipants();
    }

    private void forget(NodeId id) {
        gathering.forget(id).forEach(this::tellGathered);
    }

    /** What is known of a target's drain now. Who has not configured the target has no connections on it, and says so. */
    void follow(ProxyTarget target, Drain drain, boolean isConfigured) {
        gathering.follow(target, drain);
        if (!isConfigured) {
            counted(Map.of(target, 0L));
        }
    }

    /** Connections this node has left on drained targets. */
    void counted(Map<ProxyTarget, Long> remaining) {
        List<Count> counts = new ArrayList<>();
        new TreeMap<>(remaining)
                .forEach((target, connections) ->
                        gathering.own(target, connections).ifPresent(counts::add));
        if (isShared) {
            living.keySet().forEach(peer -> send(peer, counts));
        }
    }

    /** Connections a peer has left on drained targets. */
    void heard(NodeId from, List<Count> counts) {
        for (Count count : counts) {
            if (gathering.told(from, count)) {
                tellGathered(count.target());
            }
        }
    }

    /** Tells all peers once more: a count may have been lost. */
    void repeat(Predicate<ProxyTarget> isKnown, Predicate<ProxyTarget> isConfigured) {
        gathering.retain(isKnown);
        gathering.drained().stream().filter(isConfigured.negate()).forEach(target -> gathering.own(target, 0));
        living.keySet().forEach(this::repeat);
    }

    private void repeat(NodeId peer) {
        send(peer, gathering.own());
    }

    private void send(NodeId peer, List<Count> counts) {
        for (byte[] frame : FactWriter.counts(counts)) {
            if (!network.send(peer, frame)) {
                return; // told again at the next exchange
            }
        }
    }

    void tellGathered(ProxyTarget target) {
        if (isShared) {
            gathering.drain(target).ifPresent(drain -> listener.gathered(target, drain, gathering.peers(target)));
        }
    }

    private void tellParticipants() {
        Set<NodeId> now = new TreeSet<>();
        if (isShared) {
            now.addAll(departed.keySet());
            living.forEach((id, takesPart) -> {
                if (takesPart) {
                    now.add(id);
                }
            });
        }
        if (!now.equals(participants)) {
            participants = now;
            listener.participants(now);
        }
    }
}
