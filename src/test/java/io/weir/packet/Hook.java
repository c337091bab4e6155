package io.weir.packet;

/** Where packets meet the data path. */
public enum Hook {
    XDP(2, 1),
    INGRESS(0, 2),
    /** Replies that the stack sends; what clients send came by {@link #INGRESS}. */
    EGRESS(0, 2);

    private static final int XDP_TX = 3;
    private static final int XDP_REDIRECT = 4;
    private static final int TC_REDIRECT = 7;

    private final int pass;
    private final int drop;

    Hook(int pass, int drop) {
        this.pass = pass;
        this.drop = drop;
    }

    /** What became of a packet. */
    public enum Verdict {
        /** Sent on without the stack. */
        SENT,
        PASSED,
        DROPPED
    }

    /** What a program's return value means. */
    public Verdict verdict(int action) {
        if (action == pass) {
            return Verdict.PASSED;
        }
        if (action == drop) {
            return Verdict.DROPPED;
        }
        if (this == XDP ? action == XDP_TX || action == XDP_REDIRECT : action == TC_REDIRECT) {
            return Verdict.SENT;
        }
        throw new AssertionError(this + " returned " + action);
    }

    /** Where a client's packet arrives in a row about this hook. */
    public Hook forClients() {
        return this == EGRESS ? INGRESS : this;
    }
}
