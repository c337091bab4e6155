package io.weir.cluster.link;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM of one direction of one session. The nonce is the number of the frame, so one that comes again, in another order
 * or from another session does not open. 2^64 frames of at most 1 MiB are more than a link lives to carry.
 */
final class Seal {

    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    private final SecretKey key;
    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private long frames;

    Seal(SecretKey key) {
        try {
            this.key = key;
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** How many it has sealed, or opened. */
    long frames() {
        return frames;
    }

    /** Writes the sealed frame and its tag to {@code out} and tells how many bytes that are. */
    int seal(byte type, byte[] content, byte[] out, int offset) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(frames++));
            int first = cipher.update(new byte[] {type}, 0, 1, out, offset);
            return first + cipher.doFinal(content, 0, content.length, out, offset + first);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not seal", e);
        }
    }

    /** Opens the next frame in place and tells its length; negative if it is not the next frame. */
    int open(byte[] sealed, int length, byte[] out) {
        int opened = open(frames, sealed, length, out);
        if (opened >= 0) {
            frames++;
        }
        return opened;
    }

    /** Whether it is one of the last frames that were opened. */
    boolean isAgain(byte[] sealed, int length, int back) {
        byte[] out = new byte[length];
        for (long frame = Math.max(0, frames - back); frame < frames; frame++) {
            if (open(frame, sealed, length, out) >= 0) {
                return true;
            }
        }
        return false;
    }

    private int open(long frame, byte[] sealed, int length, byte[] out) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(frame));
            return cipher.doFinal(sealed, 0, length, out, 0);
        } catch (GeneralSecurityException notThis) {
            return -1;
        }
    }

    private GCMParameterSpec nonce(long frame) {
        ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, frame);
        return new GCMParameterSpec(Byte.SIZE * TAG_BYTES, nonce);
    }
}
