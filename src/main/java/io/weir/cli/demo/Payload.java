package io.weir.cli.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** The bytes of a download: both ends know them, so a byte lost, doubled or changed on the way shows in the checksum. */
final class Payload {

    static final int CHUNK_BYTES = 64 * 1024;

    private static final long SEED = 0x57656972;

    private final Random random = new Random(SEED);

    /** Fills the chunk with what follows the last one. */
    void next(byte[] chunk) {
        random.nextBytes(chunk);
    }

    /** The checksum of the first bytes, in whole chunks. */
    static String checksum(long bytes) {
        MessageDigest digest = digest();
        Payload payload = new Payload();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long sent = 0; sent < bytes; sent += CHUNK_BYTES) {
            payload.next(chunk);
            digest.update(chunk);
        }
        return hex(digest);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) { // every Java has it
            throw new AssertionError(impossible);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
