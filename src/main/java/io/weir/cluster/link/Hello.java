package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The first words of who calls, in the clear: {@code WEIR}, version (1 byte), kind (1), number of keys (1), a nonce (32), and
 * the names of the keys that it has (8 each), the one it likes best first; without keys nothing is sealed.
 */
record Hello(LinkKind kind, byte[] nonce, List<Long> keys) {

    static final byte[] MAGIC = Key.ascii("WEIR");
    static final byte VERSION = 1;
    static final int NONCE_BYTES = 32;

    private static final int FIXED_BYTES = MAGIC.length + 3 + NONCE_BYTES;

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + Long.BYTES * keys.size());
        bytes.put(MAGIC).put(VERSION).put(kind.code()).put((byte) keys.size()).put(nonce);
        keys.forEach(bytes::putLong);
        return bytes.array();
    }

    /** @throws RefusedLinkException if it is none */
    static Hello read(InputStream in) throws IOException {
        ByteBuffer fixed = exactly(in, MAGIC.length + 1);
        requireOurs(fixed);
        ByteBuffer more = exactly(in, FIXED_BYTES - MAGIC.length - 1);
        Optional<LinkKind> kind = LinkKind.of(more.get());
        int count = Byte.toUnsignedInt(more.get());
        if (kind.isEmpty() || count > Keyring.MOST) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        more.get(nonce);
        ByteBuffer names = exactly(in, Long.BYTES * count);
        List<Long> keys =
                IntStream.range(0, count).mapToObj(_ -> names.getLong()).toList();
        return new Hello(kind.get(), nonce, keys);
    }

    /** Reads past magic and version. */
    static void requireOurs(ByteBuffer bytes) throws RefusedLinkException {
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        if (bytes.get() != VERSION) {
            throw new RefusedLinkException(LinkRefusal.UNKNOWN_VERSION);
        }
    }

    static ByteBuffer exactly(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new RefusedLinkException(LinkRefusal.TRUNCATED);
        }
        return ByteBuffer.wrap(read);
    }
}
