package io.weir.cluster.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A secret that all nodes share, and its name, which tells nothing of it. */
final class Key {

    static final int BYTES = 32;

    private static final String HKDF = "HKDF-SHA256";
    private static final byte[] NAME = ascii("weir key name");

    private final SecretKey secret;
    private final long id;

    Key(byte[] secret) {
        this.secret = new SecretKeySpec(secret, "Generic");
        this.id = ByteBuffer.wrap(derive(new byte[0], NAME).getEncoded()).getLong();
    }

    /** What it is called where everybody may read it. */
    long id() {
        return id;
    }

    /** The same for people. */
    String name() {
        return "%016x".formatted(id);
    }

    /** A key of one direction of one session (RFC 5869). */
    SecretKey derive(byte[] salt, byte[] purpose) {
        try {
            return KDF.getInstance(HKDF)
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .addSalt(salt)
                                    .thenExpand(purpose, BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HKDF, e);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
