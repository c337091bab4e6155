package io.weir.policy;

import io.weir.model.ProxyTarget;
import java.time.Duration;

/** What this node has come to about a target, for its peers to know. It becomes a {@link SharedFact} by being given a time. */
public sealed interface Decision {

    ProxyTarget target();

    SharedFact.Kind kind();

    /** The own checks have another result than before. */
    record Checked(ProxyTarget target, boolean healthy, String error) implements Decision {
        @Override
        public SharedFact.Kind kind() {
            return SharedFact.Kind.HEALTH;
        }
    }

    /** Its circuit is open, or open again. */
    record Opened(ProxyTarget target, boolean held, String why) implements Decision {
        @Override
        public SharedFact.Kind kind() {
            return SharedFact.Kind.CIRCUIT;
        }
    }

    record Closed(ProxyTarget target) implements Decision {
        @Override
        public SharedFact.Kind kind() {
            return SharedFact.Kind.CIRCUIT;
        }
    }

    record Drained(ProxyTarget target, Duration timeout) implements Decision {
        @Override
        public SharedFact.Kind kind() {
            return SharedFact.Kind.DRAIN;
        }
    }

    record Undrained(ProxyTarget target) implements Decision {
        @Override
        public SharedFact.Kind kind() {
            return SharedFact.Kind.DRAIN;
        }
    }
}
