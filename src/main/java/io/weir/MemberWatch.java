package io.weir;

import io.weir.cluster.Membership;
import io.weir.cluster.MembershipEvent;
import io.weir.engine.Notice.MemberChange;
import io.weir.engine.Notice.MemberNotice;
import io.weir.model.Subscription;
import java.time.Duration;
import java.util.function.Consumer;

/** Makes what befalls nodes a notice for whoever listens to the node. */
final class MemberWatch implements AutoCloseable {

    private static final int WAITING = 1024;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Subscription<MembershipEvent> events;
    private final Consumer<MemberNotice> listener;
    private final Thread thread;

    MemberWatch(Membership membership, Consumer<MemberNotice> listener) {
        this.events = membership.subscribe(WAITING);
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("weir-members").start(this::run);
    }

    private void run() {
        try {
            while (!events.isClosed()) {
                events.next(LOOK).map(MemberWatch::notice).ifPresent(listener);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    static MemberNotice notice(MembershipEvent event) {
        return switch (event) {
            case MembershipEvent.Joined(var node, var _, var address) ->
                new MemberNotice(node, MemberChange.JOIN, "at " + address);
            case MembershipEvent.Restarted(var node, var _, var address) ->
                new MemberNotice(node, MemberChange.RESTART, "at " + address);
            case MembershipEvent.Suspected(var node) -> new MemberNotice(node, MemberChange.SUSPECT, "");
            case MembershipEvent.Recovered(var node) -> new MemberNotice(node, MemberChange.RECOVER, "");
            case MembershipEvent.Left(var node) -> new MemberNotice(node, MemberChange.LEAVE, "");
            case MembershipEvent.Died(var node, var _, var _) -> new MemberNotice(node, MemberChange.DEAD, "");
            case MembershipEvent.NameTaken(var node, var address) ->
                new MemberNotice(node, MemberChange.NAME_TAKEN, "by the node at " + address);
        };
    }

    @Override
    public void close() {
        events.close();
        thread.interrupt();
    }
}
