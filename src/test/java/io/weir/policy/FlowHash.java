package io.weir.policy;

import io.weir.model.IpAddress;
import io.weir.model.Protocol;

/**
 * The twin of {@code bpf/select.h}: which slot a new flow falls on. All words are the numbers that network byte order
 * writes, so that both sides, on any machine, compute the same. The multipliers are those of SplitMix64's finalizer.
 */
public final class FlowHash {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FIRST = 0xBF58476D1CE4E5B9L;
    private static final long LAST = 0x94D049BB133111EBL;

    private FlowHash() {}

    /**
     * Of a flow as its first packet shows it.
     *
     * @param seed the cluster's, 32 bits unsigned
     * @param source the client
     * @param destination the VIP, of the same family
     * @return 32 bits, unsigned
     */
    public static int of(
            int seed, IpAddress source, int sourcePort, IpAddress destination, int destinationPort, Protocol protocol) {
        long ports = ((long) sourcePort << 16 | destinationPort) << 32 | protocol.number();
        return source.family() == IpAddress.Family.V4
                ? fold(seed, source.low() << 32 | destination.low(), ports)
                : fold(seed, source.high(), source.low(), destination.high(), destination.low(), ports);
    }

    /** With session persistence: of the client's address alone. */
    public static int ofClient(int seed, IpAddress client) {
        return client.family() == IpAddress.Family.V4
                ? fold(seed, client.low())
                : fold(seed, client.high(), client.low());
    }

    /** The slot a hash falls on: a multiplication where a remainder would be a division. */
    public static int slot(int hash, int size) {
        return (int) ((hash & 0xffffffffL) * size >>> 32);
    }

    private static int fold(int seed, long... words) {
        long bits = (seed & 0xffffffffL) ^ GOLDEN;
        for (long word : words) {
            bits = (bits ^ word) * FIRST;
            bits ^= bits >>> 32;
        }
        return (int) (bits * LAST >>> 32);
    }
}
