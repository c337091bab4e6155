package io.weir.cluster.facts;

import io.weir.model.HealthCheck;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this node has to check, and whom it believes: a bad word on a target stands for as long as who said it is there to take
 * it back, and checks the target; then this node's own checks are asked anew, if they have said otherwise. What was said by hand
 * stands whoever said it.
 */
final class CheckDuty {

    private final CheckShares shares;
    private boolean isHealthShared;
    private final FactPeers peers;
    private final FactStore store;
    private final Author author;
    private final FactListener listener;

    /** Peers that do not share health: what they said of it before is nobody's word. */
    private final Set<NodeId> silent = new TreeSet<>();

    CheckDuty(
            CheckShares shares,
            boolean isHealthShared,
            FactPeers peers,
            FactStore store,
            Author author,
            FactListener listener) {
        this.shares = shares;
        this.isHealthShared = isHealthShared;
        this.peers = peers;
        this.store = store;
        this.author = author;
        this.listener = listener;
    }

    /** @return whether peers are to be told another {@link #print} */
    boolean of(Map<ProxyTarget, HealthCheck> checks) {
        boolean isAnother = shares.of(checks);
        divide();
        return isAnother;
    }

    /** The same. */
    boolean among(OptionalInt checkers) {
        boolean isAnother = shares.among(checkers);
        divide();
        return isAnother;
    }

    long print() {
        return shares.print();
    }

    boolean isShared() {
        return shares.isShared();
    }

    /** Whether health is shared from now on. */
    void share(boolean health) {
        isHealthShared = health;
    }

    /** A peer is there, perhaps anew: what it checks it has still to say. */
    void up(NodeId peer) {
        silent.remove(peer);
        shares.forget(peer);
        divide();
    }

    void gone(NodeId peer) {
        silent.remove(peer);
        shares.forget(peer);
        divide();
        doubtAll();
    }

    /** @param sharesHealth whether it tells of health at all */
    void says(NodeId peer, long print, boolean sharesHealth) {
        if (shares.says(peer, print)) {
            divide();
        }
        if (sharesHealth) {
            silent.remove(peer);
        } else if (silent.add(peer)) {
            doubtAll();
        }
    }

    private void divide() {
        if (shares.divide()) {
            resign();
            listener.checkedElsewhere(shares.elsewhere());
            doubtAll();
        }
    }

    /** What this node finds of targets that others are to check may be said, but is not upheld. */
    void resign() {
        author.resign(shares.elsewhere().keySet());
    }

    /** Whether a word on a target stands though checks find otherwise, as long as they have not seen the target change. */
    boolean holds(SharedFact.Health said, ProxyTarget target) {
        return said.byHand()
                || peers.isUp(said.node()) && !silent.contains(said.node()) && shares.mayCheck(said.node(), target);
    }

    private void doubtAll() {
        doubt(store.here(key -> key.kind() == Kind.HEALTH));
    }

    void doubt(Map<FactKey, SharedFact> facts) {
        if (!isHealthShared) {
            return;
        }
        Set<ProxyTarget> unhealthy = new TreeSet<>();
        facts.forEach((key, fact) -> {
            if (fact instanceof SharedFact.Health health && !health.healthy() && !holds(health, key.target())) {
                unhealthy.add(key.target());
            }
        });
        Set<ProxyTarget> doubted = author.doubted(unhealthy);
        if (!doubted.isEmpty()) {
            listener.doubted(doubted);
        }
    }
}
