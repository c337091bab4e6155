package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.api.ClusterStatus;
import io.weir.api.SyncResult;
import io.weir.engine.Notice.MemberNotice;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.policy.Decision;
import java.time.Duration;
import java.util.Optional;

/** The node among its peers. */
public final class ClusterExample {

    private ClusterExample() {}

    /** Who takes part, and whether what they know is known here. */
    public static void print(LoadBalancer lb) {
        ClusterStatus status = lb.cluster().status();
        System.out.println(status.state() + ", " + status.size() + " nodes, in sync: " + status.isInSync());
        status.nodes()
                .forEach(node -> System.out.println(node.node() + " is " + node.state() + " at " + node.address()));
    }

    /** Exchanges with all peers now. */
    public static SyncResult synchronise(LoadBalancer lb) {
        return lb.cluster().synchronise();
    }

    /** Says on all nodes that a target is down, or up again. */
    public static void declare(LoadBalancer lb, String proxy, Endpoint target, boolean healthy) {
        lb.cluster()
                .broadcast(
                        new Decision.Checked(new ProxyTarget(proxy, target), healthy, healthy ? "" : "said by hand"));
    }

    /** The next thing that befalls another node. */
    public static Optional<MemberNotice> hear(LoadBalancer lb, Duration patience) throws InterruptedException {
        try (Subscription<MemberNotice> notices = lb.cluster().subscribe(16)) {
            return notices.next(patience);
        }
    }
}
