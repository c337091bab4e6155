package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;

/**
 * A flow in 64 bits, by a secret that those who compare share: clients choose their ports and some their addresses, and could
 * make different flows look the same. From the top: 45 bits of its identity (protocol, client, VIP), the first ten of
 * which are its bucket; 18 bits of its way, its target's address and port as this flow goes there, so that two flows that
 * change places do not cancel out in a sum; one bit that belongs to who keeps it, zero here. Among a million flows there are
 * two of the same identity once in 64 times; the two are then protected as one.
 */
final class Fingerprint {

    static final int BUCKETS = 1024;

    /** What is not the flow's identity. */
    private static final int REST_BITS = 19;

    private static final long REST = (1 << REST_BITS) - 1;

    private Fingerprint() {}

    static long of(FlowRecord flow, long secret) {
        long small = ((long) flow.protocol().number() << 40)
                | ((long) flow.client().address().family().ordinal() << 32)
                | ((long) flow.client().port() << 16)
                | flow.vip().port();
        long identity = add(add(mix(secret + small), flow.client()), flow.vip()) & ~REST;
        Endpoint target = flow.target();
        long way = mix(add(secret ^ identity, target.address()) + target.port()) & REST & ~1;
        long both = identity | way;
        return both == 0 ? REST + 1 : both; // zero is no flow
    }

    static int bucket(long fingerprint) {
        return (int) (fingerprint >>> 54);
    }

    /** Whether two are of one flow, wherever it goes. */
    static boolean same(long one, long other) {
        return identity(one) == identity(other);
    }

    /** What two fingerprints of one flow have in common. */
    static long identity(long fingerprint) {
        return fingerprint >>> REST_BITS;
    }

    /** Bits of the identity other than those of the bucket, as many as an index needs. */
    static int spread(long fingerprint) {
        return (int) identity(fingerprint);
    }

    /** Every bit of the result depends on every bit given: the finaliser of SplitMix64. */
    static long mix(long word) {
        long mixed = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    private static long add(long sum, Flow.Peer peer) {
        return add(sum, peer.address());
    }

    private static long add(long sum, Endpoint target) {
        return mix(add(sum, target.address())
                + target.port()
                + ((long) target.zone().hashCode() << 16));
    }

    private static long add(long sum, IpAddress address) {
        return mix(mix(sum + address.high()) + address.low());
    }
}
