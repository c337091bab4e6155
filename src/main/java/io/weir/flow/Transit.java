package io.weir.flow;

/**
 * How long a frame was under way, by the clock of its sender, of which only differences are known: what it took longer than the
 * fastest so far. That one is let grow by a ten-thousandth of the time, more than clocks drift apart.
 */
final class Transit {

    private static final long CREEP = 10_000;

    private boolean begun;
    private long fastest;
    private long crept;
    private int lastSent;
    private long sender;

    /**
     * @param sent of the sender's clock, the low 32 bits of milliseconds
     * @param now of this node's clock, in milliseconds
     * @return milliseconds
     */
    long of(int sent, long now) {
        if (!begun) {
            begun = true;
            lastSent = sent;
            fastest = now;
            crept = now;
        }
        sender += sent - lastSent; // right also when the low bits have begun anew
        lastSent = sent;
        long steps = (now - crept) / CREEP;
        crept += steps * CREEP;
        fastest = Math.min(fastest + steps, now - sender);
        return now - sender - fastest;
    }
}
