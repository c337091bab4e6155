package io.weir.cluster.link;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Writes frames to a stream; sealed, where there is a seal. One thread at a time. */
final class SealedFrameWriter {

    private static final int AROUND = Integer.BYTES + 1 + Seal.TAG_BYTES;

    private final OutputStream out;
    private final Optional<Seal> seal;
    private byte[] buffer = new byte[1024];

    SealedFrameWriter(OutputStream out, Optional<Seal> seal) {
        this.out = out;
        this.seal = seal;
    }

    void write(SealedFrame frame) throws IOException {
        byte[] content = frame.content();
        if (buffer.length < content.length + AROUND) {
            buffer = new byte[content.length + AROUND];
        }
        byte type = (byte) frame.type().ordinal();
        int length = seal.isPresent() ? seal.get().seal(type, content, buffer, Integer.BYTES) : plain(type, content);
        ByteBuffer.wrap(buffer).putInt(0, length);
        out.write(buffer, 0, Integer.BYTES + length);
    }

    private int plain(byte type, byte[] content) {
        buffer[Integer.BYTES] = type;
        System.arraycopy(content, 0, buffer, Integer.BYTES + 1, content.length);
        return 1 + content.length;
    }

    void flush() throws IOException {
        out.flush();
    }
}
