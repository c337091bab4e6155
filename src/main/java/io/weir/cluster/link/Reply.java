package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What is answered to a {@link Hello}, in the clear: {@code WEIR}, version (1 byte), a verdict (1), the name of the key that
 * is taken (8) and a nonce (32).
 */
record Reply(Verdict verdict, long key, byte[] nonce) {

    enum Verdict {
        /** All that follows is sealed with the key, or nothing is where the caller named none. */
        TAKEN,
        /** None of the caller's keys is known here, or only one of the two sides seals. Anybody may have written this. */
        NO_KEY
    }

    private static final int BYTES = Hello.MAGIC.length + 2 + Long.BYTES + Hello.NONCE_BYTES;

    static Reply noKey() {
        return new Reply(Verdict.NO_KEY, 0, new byte[Hello.NONCE_BYTES]);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .put(Hello.MAGIC)
                .put(Hello.VERSION)
                .put((byte) verdict.ordinal())
                .putLong(key)
                .put(nonce)
                .array();
    }

    static Reply read(InputStream in) throws IOException {
        ByteBuffer bytes = Hello.exactly(in, BYTES);
        Hello.requireOurs(bytes);
        int verdict = bytes.get();
        if (verdict < 0 || verdict >= Verdict.values().length) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        long key = bytes.getLong();
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        bytes.get(nonce);
        return new Reply(Verdict.values()[verdict], key, nonce);
    }
}
