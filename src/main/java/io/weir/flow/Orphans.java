package io.weir.flow;

import io.weir.model.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Flows held ready for nodes that are not there, until they are somebody's. Those who are left share them among themselves by
 * {@link Rendezvous}, and each claims its own: at once if its owner is dead; after a while if it said goodbye, or was not there
 * when this process began, since its data path may carry on and its next process be on its way. What one does not claim is
 * claimed by every other a while later, so no flow is forgotten because two did not know of each other.
 *
 * <pre>
 * nothing, ABSENT   dead             SHARED    this node's share is claimed
 * nothing           left, found      ABSENT
 * ABSENT            a while passes   SHARED    this node's share is claimed
 * SHARED            another is dead  SHARED    what had fallen to that one and falls to this node now is claimed
 * SHARED            a while passes   SHARED    all is claimed; when there is nothing left, or was no room too often: nothing
 * any               back             nothing
 * </pre>
 */
final class Orphans {

    private static final long WHILE_NANOS = Replication.ABSENCE.toNanos();
    private static final int TRIES = 20;

    private final NodeId self;
    private final Shadows shadows;
    private final Consumer<NodeId> gone;
    private final Map<NodeId, Left> left = new TreeMap<>();

    /**
     * @param shared whether this node's share was claimed
     * @param tries how often all is still claimed, as long as there is no room for it
     */
    private record Left(boolean shared, int tries, long due) {}

    /** @param gone told of an owner before anything of it is claimed */
    Orphans(NodeId self, Shadows shadows, Consumer<NodeId> gone) {
        this.self = self;
        this.shadows = shadows;
        this.gone = gone;
    }

    /** Its owner may be back soon. */
    void absent(NodeId owner, long now) {
        left.put(owner, new Left(false, TRIES, now + WHILE_NANOS));
    }

    /** @param survivors nodes that live; this one is counted whether or not it is named */
    void dead(NodeId owner, Collection<NodeId> survivors, long now) {
        share(owner, survivors, now);
        left.forEach((other, of) -> {
            if (of.shared() && !other.equals(owner)) {
                claim(other, survivors); // the dead may not have come to it
            }
        });
    }

    private void share(NodeId owner, Collection<NodeId> survivors, long now) {
        gone.accept(owner);
        left.put(owner, new Left(true, TRIES, now + WHILE_NANOS));
        claim(owner, survivors);
    }

    void back(NodeId owner) {
        left.remove(owner);
    }

    /** Claims what it is time for. */
    void tick(Collection<NodeId> peers, long now) {
        for (NodeId owner : List.copyOf(left.keySet())) {
            Left of = Objects.requireNonNull(left.get(owner));
            if (now - of.due() < 0) {
                continue;
            }
            if (of.shared()) {
                claimAll(owner, of, now);
            } else {
                share(owner, peers, now);
            }
            if (shadows.count(owner) == 0) {
                left.remove(owner);
            }
        }
    }

    private void claimAll(NodeId owner, Left of, long now) {
        claim(owner, _ -> true);
        left.put(owner, new Left(true, of.tries() - 1, now + WHILE_NANOS));
        if (of.tries() == 1) {
            shadows.forget(owner); // there has been no room for them all the time
        }
    }

    private void claim(NodeId owner, Collection<NodeId> survivors) {
        claim(owner, flow -> Rendezvous.falls(flow, self, survivors));
    }

    private void claim(NodeId owner, Predicate<FlowRecord> mine) {
        if (shadows.count(owner) > 0) {
            shadows.claim(owner, mine);
        }
    }
}
