package io.weir.policy;

import java.nio.charset.StandardCharsets;

/**
 * FNV-1a with 64 bits (RFC 9923, section 2). Its upper bits hardly depend on the last bytes: whoever takes a part of them has to
 * mix them first.
 */
public final class Fnv1a {

    private static final long OFFSET_BASIS = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private Fnv1a() {}

    /** Of a text in UTF-8. */
    static long hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hash(bytes, bytes.length);
    }

    /** @param length how many of the bytes count */
    public static long hash(byte[] bytes, int length) {
        long hash = OFFSET_BASIS;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i] & 0xff) * PRIME;
        }
        return hash;
    }

    /** The finalizer of MurmurHash3: every bit of the result depends on every bit given. */
    public static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
