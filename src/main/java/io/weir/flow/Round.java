package io.weir.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * One walk over all flows of this node, for every peer that needs one at its beginning. It goes on as the slowest of them takes
 * it; who takes nothing for too long is left out. Whatever it is made for, it also sets right what is taken for carried.
 */
final class Round implements AutoCloseable {

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final OwnFlows.Walk walk;
    private final CarriedFlows carried;
    private final List<OwnStream> peers;
    private long lastSlice;

    private Round(OwnFlows.Walk walk, CarriedFlows carried, List<OwnStream> peers, long now) {
        this.walk = walk;
        this.carried = carried;
        this.peers = peers;
        this.lastSlice = now;
    }

    /** @param peers who wants something; may be none */
    static Round begin(OwnFlows own, CarriedFlows carried, List<OwnStream> peers, long now) {
        carried.begin();
        peers.forEach(peer -> peer.begin(now));
        return new Round(own.walk(), carried, new ArrayList<>(peers), now);
    }

    /**
     * Tells a slice, if there is room for it.
     *
     * @return whether there is more to tell
     */
    boolean step(long now) {
        peers.removeIf(peer -> !peer.isTold());
        if (!peers.stream().allMatch(OwnStream::hasRoom)) {
            if (now - lastSlice >= PATIENCE_NANOS) {
                peers.stream().filter(peer -> !peer.hasRoom()).forEach(peer -> peer.restart(now));
            }
            return true;
        }
        lastSlice = now;
        boolean more = walk.next(flow -> {
            long fingerprint = carried.flows().of(flow);
            carried.walked(fingerprint);
            for (OwnStream peer : peers) {
                peer.walked(flow, fingerprint, now);
            }
        });
        if (!more) {
            carried.end();
            peers.forEach(peer -> peer.end(now));
        }
        return more;
    }

    /** Whether all have room, so that nothing has to be waited for. */
    boolean canStep() {
        return peers.stream().allMatch(peer -> !peer.isTold() || peer.hasRoom());
    }

    @Override
    public void close() {
        walk.close();
    }
}
