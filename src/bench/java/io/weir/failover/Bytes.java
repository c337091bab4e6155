package io.weir.failover;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The bytes of a stream, which follow from its number and the place in it alone: both ends can say what must come next, and
 * a byte that is lost, repeated, changed or of another connection is seen.
 */
final class Bytes {

    /** A prime: two streams agree in few places. */
    private static final int PERIOD = 65_521;

    /** The most that is written or compared at once. */
    static final int MOST = 65_536;

    private static final ByteBuffer TABLE = table();

    private final int first;

    private Bytes(int first) {
        this.first = first;
    }

    private static ByteBuffer table() {
        byte[] once = new byte[PERIOD];
        new Random(42).nextBytes(once);
        ByteBuffer table = ByteBuffer.allocateDirect(PERIOD + MOST);
        while (table.hasRemaining()) {
            table.put(once, 0, Math.min(PERIOD, table.remaining()));
        }
        return table.flip().asReadOnlyBuffer();
    }

    static Bytes toServer(long stream) {
        return new Bytes((int) Math.floorMod(stream * 2_654_435_761L, (long) PERIOD));
    }

    static Bytes toClient(long stream) {
        return new Bytes((int) Math.floorMod(stream * 40_503L + 7919, (long) PERIOD));
    }

    /** So many of them from a place on. */
    ByteBuffer at(long place, int count) {
        return TABLE.slice((int) ((first + place) % PERIOD), count);
    }

    /** Whether what stands in the buffer is what must stand at that place. */
    boolean are(long place, ByteBuffer found) {
        return at(place, found.remaining()).mismatch(found) < 0;
    }
}
