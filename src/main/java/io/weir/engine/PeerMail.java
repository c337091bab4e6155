package io.weir.engine;

import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one turn of the engine has for the peers: it is put together while the turn goes on and sent when it is over. */
final class PeerMail {

    private final Outbox outbox;
    private final List<Decision> checked = new ArrayList<>();
    private Map<ProxyTarget, Long> remaining = Map.of();
    private Conditions before = Conditions.NONE;

    PeerMail(Outbox outbox) {
        this.outbox = outbox;
    }

    /** @param conditions after what peers have said was taken in: what changes from here on is this node's own decision */
    void begin(Conditions conditions) {
        checked.clear();
        remaining = Map.of();
        before = conditions;
    }

    void folded(Event event) {
        switch (event) {
            case Event.HealthChanged changed -> checked.addAll(Decisions.of(changed));
            case Event.Counted counted -> remaining = counted.remaining();
            default -> {}
        }
    }

    void send(State after) {
        List<Decision> decisions = new ArrayList<>(checked);
        decisions.addAll(Decisions.between(before, after));
        if (!decisions.isEmpty()) {
            outbox.decided(decisions);
        }
        if (!remaining.isEmpty()) {
            outbox.counted(remaining);
        }
    }
}
