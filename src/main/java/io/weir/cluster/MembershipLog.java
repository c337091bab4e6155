package io.weir.cluster;

import io.weir.cluster.link.Identity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what befalls nodes. scalecube's own lines, several a second for each dead peer, are switched off. */
final class MembershipLog {

    private static final Logger LOG = LoggerFactory.getLogger(MembershipLog.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong namesakeTold = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    void write(MembershipEvent event) {
        switch (event) {
            case MembershipEvent.Joined joined -> LOG.info("cluster: {} at {} joined", joined.node(), joined.address());
            case MembershipEvent.Restarted again ->
                LOG.info("cluster: {} at {} was started again", again.node(), again.address());
            case MembershipEvent.Suspected suspected -> LOG.info("cluster: {} does not answer", suspected.node());
            case MembershipEvent.Recovered recovered -> LOG.info("cluster: {} answers again", recovered.node());
            case MembershipEvent.Left left -> LOG.info("cluster: {} left", left.node());
            case MembershipEvent.Died died -> LOG.warn("cluster: {} is dead", died.node());
            case MembershipEvent.NameTaken taken ->
                LOG.warn(
                        "cluster: the node at {} is called {} as another one that lives: it is left out until that one"
                                + " is gone",
                        taken.address(),
                        taken.node());
        }
    }

    void alone(String why) {
        LOG.warn("cluster: {}", why);
    }

    void foundOthers() {
        LOG.info("cluster: this node is not alone any more");
    }

    /** Told once a minute at most: it calls every second. */
    void younger(Identity other) {
        long last = namesakeTold.get();
        long now = System.nanoTime();
        if (now - last >= QUIET_NANOS && namesakeTold.compareAndSet(last, now)) {
            LOG.warn(
                    "cluster: the node at {} is called {} as this one, which was there before it: it has to stay out",
                    other.address(),
                    other.node());
        }
    }

    void older(Identity other) {
        LOG.error(
                "cluster: the node at {} is called {} as this one and was there before it: this node takes no part. Give it"
                        + " another :node-id, or with \"auto\" remove the file that keeps it, and start it again",
                other.address(),
                other.node());
    }
}
