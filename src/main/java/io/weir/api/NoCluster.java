package io.weir.api;

import io.weir.engine.Notice.MemberNotice;
import io.weir.engine.RefusedException;
import io.weir.model.Feed;
import io.weir.model.Subscription;
import io.weir.policy.Decision;

/** A node alone. */
final class NoCluster implements Cluster {

    @Override
    public ClusterStatus status() {
        return ClusterStatus.DISABLED;
    }

    @Override
    public SyncResult synchronise() {
        throw refused();
    }

    @Override
    public void broadcast(Decision decision) {
        throw refused();
    }

    @Override
    public Subscription<MemberNotice> subscribe(int capacity) {
        return new Feed<MemberNotice>().subscribe(capacity);
    }

    private static RefusedException refused() {
        return new RefusedException(
                RefusedException.Reason.NOT_NOW,
                "this node is in no cluster: write :cluster {:enabled true} under :settings, and restart it");
    }
}
