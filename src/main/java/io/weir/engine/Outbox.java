package io.weir.engine;

import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import java.util.List;
import java.util.Map;

/**
 * The port to the peers: what this node has come to by itself. Called by the engine's thread after a turn, never in the middle
 * of one; must not wait. What peers say comes back as {@link Event.PeerNews}.
 */
public interface Outbox {

    /** A node without peers. */
    Outbox NONE = new Outbox() {
        @Override
        public void decided(List<Decision> decisions) {}

        @Override
        public void counted(Map<ProxyTarget, Long> remaining) {}
    };

    void decided(List<Decision> decisions);

    /** @param remaining connections this node has left on drained targets */
    void counted(Map<ProxyTarget, Long> remaining);
}
