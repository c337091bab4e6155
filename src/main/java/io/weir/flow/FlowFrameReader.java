package io.weir.flow;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Reads what {@link FlowFrameWriter} writes, and nothing else. */
final class FlowFrameReader {

    private FlowFrameReader() {}

    /** Whether a node of another version wrote it, which is to be told apart from rubbish. */
    static boolean isOfAnotherVersion(byte[] frame) {
        return frame.length > 0 && frame[0] != FlowFrameWriter.VERSION;
    }

    /** @throws MalformedFlowFrameException for anything that no writer of this version wrote */
    static FlowFrame read(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        try {
            int version = frame.get();
            if (version != FlowFrameWriter.VERSION) {
                throw new MalformedFlowFrameException("version " + version + " is not known here");
            }
            FlowFrame read = body(FlowFrameType.ofNumber(frame.get()), frame);
            if (frame.hasRemaining()) {
                throw new MalformedFlowFrameException(frame.remaining() + " bytes are too many");
            }
            return read;
        } catch (BufferUnderflowException tooShort) {
            throw new MalformedFlowFrameException("it ends too early, after " + bytes.length + " bytes");
        }
    }

    private static FlowFrame body(FlowFrameType type, ByteBuffer frame) {
        FlowFrame.Head head = new FlowFrame.Head(frame.getInt(), frame.getInt(), frame.getInt());
        return switch (type) {
            case HELLO -> new FlowFrame.Hello(head, frame.getLong(), frame.getLong());
            case BEGIN -> new FlowFrame.Begin(head, buckets(frame));
            case CHANGES -> new FlowFrame.Changes(head, ChangesReader.read(frame));
            case END -> new FlowFrame.End(head, digest(frame));
            case SUM -> new FlowFrame.Sum(head, digest(frame));
            case BUCKET_SUMS -> sums(head, frame);
            case SILENCE -> silence(head);
            case ACK -> new FlowFrame.Ack(plain(head).stream(), head.number());
            case DIFFER -> new FlowFrame.Differ(unnumbered(head).stream());
            case ASK -> new FlowFrame.Ask(unnumbered(head).stream(), buckets(frame));
            case AGAIN -> new FlowFrame.Again(unnumbered(head).stream());
        };
    }

    private static FlowFrame.Silence silence(FlowFrame.Head head) {
        if (!head.equals(FlowFrame.Silence.WORD.head())) {
            throw new MalformedFlowFrameException("silence is of a stream, or has a number or a clock");
        }
        return FlowFrame.Silence.WORD;
    }

    private static FlowFrame.Head unnumbered(FlowFrame.Head head) {
        if (head.number() != 0) {
            throw new MalformedFlowFrameException("an answer about no frame has the number " + head.number());
        }
        return plain(head);
    }

    private static FlowFrame.Head plain(FlowFrame.Head head) {
        if (head.millis() != 0) {
            throw new MalformedFlowFrameException("an answer has a clock");
        }
        return head;
    }

    private static BitSet buckets(ByteBuffer frame) {
        byte[] bits = new byte[FlowFrameWriter.BITMAP];
        frame.get(bits);
        BitSet buckets = BitSet.valueOf(bits);
        if (buckets.isEmpty()) {
            throw new MalformedFlowFrameException("no bucket is named");
        }
        return buckets;
    }

    private static Digest digest(ByteBuffer frame) {
        return new Digest(count(frame), frame.getLong());
    }

    private static FlowFrame.BucketSums sums(FlowFrame.Head head, ByteBuffer frame) {
        int[] counts = new int[Fingerprint.BUCKETS];
        long[] sums = new long[Fingerprint.BUCKETS];
        for (int bucket = 0; bucket < Fingerprint.BUCKETS; bucket++) {
            counts[bucket] = count(frame);
            sums[bucket] = frame.getLong();
        }
        return new FlowFrame.BucketSums(head, counts, sums);
    }

    private static int count(ByteBuffer frame) {
        int count = frame.getInt();
        if (count < 0) {
            throw new MalformedFlowFrameException("a count is negative");
        }
        return count;
    }
}
