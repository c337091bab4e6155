package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads frames from a stream, and refuses what is none. One thread at a time. */
final class SealedFrameReader {

    /** How far back a frame that does not open is looked for among those that did. */
    private static final int REMEMBERED = 64;

    private final InputStream in;
    private final Optional<Seal> seal;
    private final byte[] head = new byte[Integer.BYTES];
    private byte[] sealed = new byte[1024];
    private byte[] opened = new byte[1024];

    SealedFrameReader(InputStream in, Optional<Seal> seal) {
        this.in = in;
        this.seal = seal;
    }

    /**
     * The next frame.
     *
     * @param limit bytes of its content at most
     * @return empty where the stream ends between two frames
     * @throws RefusedLinkException if it is none
     */
    Optional<SealedFrame> next(int limit) throws IOException {
        int read = in.readNBytes(head, 0, head.length);
        if (read == 0) {
            return Optional.empty();
        }
        if (read < head.length) {
            throw new RefusedLinkException(LinkRefusal.TRUNCATED);
        }
        int around = 1 + (seal.isPresent() ? Seal.TAG_BYTES : 0);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < around) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        if (length - around > limit) {
            throw new RefusedLinkException(LinkRefusal.OVERSIZED);
        }
        if (sealed.length < length) {
            sealed = new byte[length];
            opened = new byte[length];
        }
        if (in.readNBytes(sealed, 0, length) < length) {
            throw new RefusedLinkException(LinkRefusal.TRUNCATED);
        }
        return Optional.of(seal.isPresent() ? open(seal.get(), length) : SealedFrame.read(sealed, length));
    }

    private SealedFrame open(Seal key, int length) throws RefusedLinkException {
        int plain = key.open(sealed, length, opened);
        if (plain >= 0) {
            return SealedFrame.read(opened, plain);
        }
        if (key.frames() == 0) {
            throw new RefusedLinkException(LinkRefusal.WRONG_KEY);
        }
        throw new RefusedLinkException(
                key.isAgain(sealed, length, REMEMBERED) ? LinkRefusal.REPLAYED : LinkRefusal.FORGED);
    }

    /** Whether nothing more has arrived yet. */
    boolean isDrained() throws IOException {
        return in.available() == 0;
    }
}
