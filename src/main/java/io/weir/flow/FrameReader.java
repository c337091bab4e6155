package io.weir.flow;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Reads what {@link FrameWriter} writes, and nothing else. */
final class FrameReader {

    private FrameReader() {}

    /** @throws MalformedFrameException for anything that no writer of this version wrote */
    static Frame read(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        try {
            int version = frame.get();
            if (version != FrameWriter.VERSION) {
                throw new MalformedFrameException("version " + version + " is not known here");
            }
            Frame read = body(FrameType.ofNumber(frame.get()), frame);
            if (frame.hasRemaining()) {
                throw new MalformedFrameException(frame.remaining() + " bytes are too many");
            }
            return read;
        } catch (BufferUnderflowException tooShort) {
            throw new MalformedFrameException("it ends too early, after " + bytes.length + " bytes");
        }
    }

    private static Frame body(FrameType type, ByteBuffer frame) {
        Frame.Head head = new Frame.Head(frame.getInt(), frame.getInt(), frame.getInt());
        return switch (type) {
            case HELLO -> new Frame.Hello(head, frame.getLong(), frame.getLong());
            case BEGIN -> new Frame.Begin(head, buckets(frame));
            case CHANGES -> new Frame.Changes(head, ChangesReader.read(frame));
            case END -> new Frame.End(head, digest(frame));
            case SUM -> new Frame.Sum(head, digest(frame));
            case BUCKET_SUMS -> sums(head, frame);
            case ACK -> new Frame.Ack(plain(head).stream(), head.number());
            case DIFFER -> new Frame.Differ(unnumbered(head).stream());
            case ASK -> new Frame.Ask(unnumbered(head).stream(), buckets(frame));
            case AGAIN -> new Frame.Again(unnumbered(head).stream());
        };
    }

    private static Frame.Head unnumbered(Frame.Head head) {
        if (head.number() != 0) {
            throw new MalformedFrameException("an answer about no frame has the number " + head.number());
        }
        return plain(head);
    }

    private static Frame.Head plain(Frame.Head head) {
        if (head.millis() != 0) {
            throw new MalformedFrameException("an answer has a clock");
        }
        return head;
    }

    private static BitSet buckets(ByteBuffer frame) {
        byte[] bits = new byte[FrameWriter.BITMAP];
        frame.get(bits);
        BitSet buckets = BitSet.valueOf(bits);
        if (buckets.isEmpty()) {
            throw new MalformedFrameException("no bucket is named");
        }
        return buckets;
    }

    private static Digest digest(ByteBuffer frame) {
        return new Digest(count(frame), frame.getLong());
    }

    private static Frame.BucketSums sums(Frame.Head head, ByteBuffer frame) {
        int[] counts = new int[Fingerprint.BUCKETS];
        long[] sums = new long[Fingerprint.BUCKETS];
        for (int bucket = 0; bucket < Fingerprint.BUCKETS; bucket++) {
            counts[bucket] = count(frame);
            sums[bucket] = frame.getLong();
        }
        return new Frame.BucketSums(head, counts, sums);
    }

    private static int count(ByteBuffer frame) {
        int count = frame.getInt();
        if (count < 0) {
            throw new MalformedFrameException("a count is negative");
        }
        return count;
    }
}
