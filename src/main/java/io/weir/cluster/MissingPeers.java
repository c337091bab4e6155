package io.weir.cluster;

import io.weir.cluster.link.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Predicate;

/** Addresses where a peer should be: the seeds, and all where one was ever met. They are asked in turn, for ever. */
final class MissingPeers {

    /** So many at a time: a cluster of a hundred dead peers must not flood its network. */
    private static final int AT_ONCE = 2;

    private static final int REMEMBERED = 256;

    private SequencedSet<PeerAddress> seeds;
    private final SequencedSet<PeerAddress> met = new LinkedHashSet<>();
    private final PeerAddress self;
    private int turn;

    MissingPeers(Collection<PeerAddress> seeds, PeerAddress self) {
        this.seeds = new LinkedHashSet<>(seeds);
        this.self = self;
    }

    synchronized void seeds(Collection<PeerAddress> other) {
        seeds = new LinkedHashSet<>(other);
        met.removeAll(seeds);
    }

    /** Of other nodes. */
    synchronized List<PeerAddress> seeds() {
        return seeds.stream().filter(address -> !address.equals(self)).toList();
    }

    synchronized void met(PeerAddress address) {
        if (!address.equals(self) && !seeds.contains(address)) {
            met.remove(address);
            met.addLast(address);
            if (met.size() > REMEMBERED) {
                met.removeFirst();
            }
        }
    }

    /** Whose turn it is. */
    synchronized List<PeerAddress> next(Predicate<PeerAddress> isPresent) {
        List<PeerAddress> missing = new ArrayList<>(seeds);
        missing.addAll(met);
        missing.removeIf(address -> address.equals(self) || isPresent.test(address));
        List<PeerAddress> next = new ArrayList<>();
        for (int i = 0; i < Math.min(AT_ONCE, missing.size()); i++) {
            next.add(missing.get(Math.floorMod(turn++, missing.size())));
        }
        return next;
    }
}
