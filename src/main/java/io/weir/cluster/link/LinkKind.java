package io.weir.cluster.link;

import java.util.Optional;

/** What a link carries. Each kind has connections of its own, so that bulk never delays a ping. */
public enum LinkKind {
    /** Membership and gossip. */
    CONTROL(1 << 20, 4 << 20),
    /** Health, circuits and drains from node to node. */
    FACTS(1 << 20, 4 << 20),
    /** Flows, in bulk. */
    FLOWS(64 << 10, 4 << 20);

    private final int frameBytes;
    private final int queueBytes;

    LinkKind(int frameBytes, int queueBytes) {
        this.frameBytes = frameBytes;
        this.queueBytes = queueBytes;
    }

    /** The longest frame, in bytes. */
    public int frameBytes() {
        return frameBytes;
    }

    /** How much may wait for one peer, in bytes. */
    public int queueBytes() {
        return queueBytes;
    }

    byte code() {
        return (byte) ordinal();
    }

    static Optional<LinkKind> of(int code) {
        return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
    }
}
