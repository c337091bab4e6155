package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;

/**
 * A flow in 64 bits, the same on every node. From the top: 51 bits of its identity (protocol, client, VIP), the first ten of
 * which are its bucket; 12 bits of where it goes (target, proxy); one bit that belongs to who keeps it, zero here. Among a
 * million flows two have the same identity once in 4,000 times; the two are then protected as one.
 */
final class Fingerprint {

    static final int BUCKETS = 1024;

    /** What is not the flow's identity. */
    private static final long REST = 0x1fff;

    private Fingerprint() {}

    static long of(FlowRecord flow) {
        long identity = mix(((long) flow.protocol().number() << 40)
                | ((long) flow.client().address().family().ordinal() << 32)
                | ((long) flow.client().port() << 16)
                | flow.vip().port());
        identity = add(add(identity, flow.client()), flow.vip()) & ~REST;
        long way = add(mix(flow.proxy().hashCode()), flow.target()) & REST & ~1;
        long both = identity | way;
        return both == 0 ? REST + 1 : both; // zero is no flow
    }

    static int bucket(long fingerprint) {
        return (int) (fingerprint >>> 54);
    }

    /** Whether two are of one flow, wherever it goes. */
    static boolean same(long one, long other) {
        return ((one ^ other) & ~REST) == 0;
    }

    /** Bits of the identity other than those of the bucket, as many as an index needs. */
    static int spread(long fingerprint) {
        return (int) (fingerprint >>> 13);
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
