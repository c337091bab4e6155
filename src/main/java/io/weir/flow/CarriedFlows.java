package io.weir.flow;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What this node carries, as far as its events and walks have told: what every peer's digest is compared with. It is right once a
 * walk over all flows has ended, and stays so as long as no event is lost.
 */
final class CarriedFlows {

    static final BitSet ALL = BitSet.valueOf(allOnes());

    private final Fingerprints flows;
    private long opened;

    /** @param secret see {@link Fingerprint} */
    CarriedFlows(long secret) {
        this.flows = new Fingerprints(secret);
    }

    private static long[] allOnes() {
        long[] words = new long[Fingerprint.BUCKETS / Long.SIZE];
        Arrays.fill(words, -1);
        return words;
    }

    void opened(FlowRecord flow) {
        flows.put(flows.of(flow));
        opened++;
    }

    /** @return whether it was known */
    boolean closed(FlowRecord flow) {
        return flows.remove(flows.of(flow));
    }

    boolean contains(FlowRecord flow) {
        return flows.contains(flows.of(flow));
    }

    int size() {
        return flows.size();
    }

    /** How many were told as opened since the start. */
    long openings() {
        return opened;
    }

    /** A walk over all flows begins. */
    void begin() {
        flows.begin();
    }

    void walked(long fingerprint) {
        flows.put(fingerprint);
    }

    /**
     * The walk has ended.
     *
     * @return flows that it did not meet and no event told since it began: their end was lost
     */
    int end() {
        return flows.sweep(ALL);
    }

    Fingerprints flows() {
        return flows;
    }

    /** Nobody is told any more. */
    void clear() {
        flows.clear();
    }
}
