package io.weir.flow;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Writes frames, big-endian: a version byte, {@link FlowFrameType}, stream (4), number of the frame (4), the owner's clock in
 * milliseconds (4); then by type. Of an answer the number is the one it is about, and the clock zero.
 *
 * <pre>
 * HELLO        table (8), secret of fingerprints (8)
 * BEGIN, ASK   a bit a bucket (128), the first in the lowest bit of the first byte
 * CHANGES      see {@link ChangesWriter}
 * END, SUM     flows (4), root (8)
 * BUCKET_SUMS  for each bucket its flows (4) and their sum (8)
 * SILENCE      nothing, and all of its head is zero
 * ACK, DIFFER, AGAIN  nothing
 * </pre>
 */
final class FlowFrameWriter {

    /** 1: another way to mix fingerprints. */
    static final byte VERSION = 2;

    static final int HEAD = 14;
    static final int BITMAP = Fingerprint.BUCKETS / 8;
    static final int BUCKET = 12;

    private FlowFrameWriter() {}

    static byte[] write(FlowFrame frame) {
        return switch (frame) {
            case FlowFrame.Hello hello ->
                told(FlowFrameType.HELLO, hello.head(), 16)
                        .putLong(hello.table())
                        .putLong(hello.secret())
                        .array();
            case FlowFrame.Begin begin ->
                bits(told(FlowFrameType.BEGIN, begin.head(), BITMAP), begin.buckets())
                        .array();
            case FlowFrame.Changes changes -> changes(changes);
            case FlowFrame.End end -> digest(told(FlowFrameType.END, end.head(), BUCKET), end.digest());
            case FlowFrame.Sum sum -> digest(told(FlowFrameType.SUM, sum.head(), BUCKET), sum.digest());
            case FlowFrame.BucketSums sums -> buckets(sums);
            case FlowFrame.Silence silence ->
                told(FlowFrameType.SILENCE, silence.head(), 0).array();
            case FlowFrame.Ack ack ->
                answer(FlowFrameType.ACK, ack.stream(), ack.number(), 0).array();
            case FlowFrame.Differ differ ->
                answer(FlowFrameType.DIFFER, differ.stream(), 0, 0).array();
            case FlowFrame.Ask ask ->
                bits(answer(FlowFrameType.ASK, ask.stream(), 0, BITMAP), ask.buckets())
                        .array();
            case FlowFrame.Again again ->
                answer(FlowFrameType.AGAIN, again.stream(), 0, 0).array();
        };
    }

    static ByteBuffer told(FlowFrameType type, FlowFrame.Head head, int body) {
        return ByteBuffer.allocate(HEAD + body)
                .put(VERSION)
                .put(type.number())
                .putInt(head.stream())
                .putInt(head.number())
                .putInt(head.millis());
    }

    private static ByteBuffer answer(FlowFrameType type, int stream, int number, int body) {
        return told(type, new FlowFrame.Head(stream, number, 0), body);
    }

    private static byte[] changes(FlowFrame.Changes frame) {
        ChangesWriter writer = new ChangesWriter();
        for (FlowFrame.Change change : frame.changes()) {
            if (!writer.add(change.open(), change.flow())) {
                throw new IllegalArgumentException(frame.changes().size() + " changes are too many for a frame");
            }
        }
        return writer.finish(frame.head());
    }

    private static ByteBuffer bits(ByteBuffer frame, BitSet buckets) {
        int start = frame.position();
        frame.put(buckets.toByteArray());
        return frame.position(start + BITMAP);
    }

    private static byte[] digest(ByteBuffer frame, Digest digest) {
        return frame.putInt(digest.flows()).putLong(digest.root()).array();
    }

    private static byte[] buckets(FlowFrame.BucketSums sums) {
        ByteBuffer frame = told(FlowFrameType.BUCKET_SUMS, sums.head(), BUCKET * Fingerprint.BUCKETS);
        for (int bucket = 0; bucket < Fingerprint.BUCKETS; bucket++) {
            frame.putInt(sums.counts()[bucket]).putLong(sums.sums()[bucket]);
        }
        return frame.array();
    }
}
