package io.weir.policy;

import io.weir.model.ProxyTarget;
import java.time.Duration;

/** What this node has come to about a target, for its peers to know. It becomes a {@link SharedFact} by being given a time. */
public sealed interface Decision {

    ProxyTarget target();

    /** The own checks have another result than before. */
    record Checked(ProxyTarget target, boolean healthy, String error) implements Decision {}

    /** It is not checked here any more. */
    record Unchecked(ProxyTarget target) implements Decision {}

    /** Its circuit is open, or open again. */
    record Opened(ProxyTarget target, boolean held, String why) implements Decision {}

    record Closed(ProxyTarget target) implements Decision {}

    record Drained(ProxyTarget target, Duration timeout) implements Decision {}

    record Undrained(ProxyTarget target) implements Decision {}

    /** Of the fact that comes of it. */
    default SharedFact.Kind kind() {
        return switch (this) {
            case Checked _, Unchecked _ -> SharedFact.Kind.HEALTH;
            case Opened _, Closed _ -> SharedFact.Kind.CIRCUIT;
            case Drained _, Undrained _ -> SharedFact.Kind.DRAIN;
        };
    }
}
