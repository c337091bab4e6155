package io.weir.bench;

/** One's complement differences as the data path keeps them: sums of 16-bit words in memory order. */
final class Delta {

    private Delta() {}

    /** New minus old, folded to 16 bits. */
    static int of(byte[] from, byte[] to) {
        long sum = 0;
        for (int i = 0; i < from.length; i += 2) {
            sum += (~half(from, i) & 0xffff) + half(to, i);
        }
        return fold(sum);
    }

    static int ofPort(int from, int to) {
        return of(port(from), port(to));
    }

    static byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    private static int half(byte[] bytes, int at) {
        return java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN
                ? (bytes[at + 1] & 0xff) << 8 | bytes[at] & 0xff
                : (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
