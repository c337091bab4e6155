package io.weir.flow;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Writes frames, big-endian: a version byte, {@link FrameType}, stream (4), number of the frame (4), the owner's clock in
 * milliseconds (4); then by type. Of an answer the number is the one it is about, and the clock zero.
 *
 * <pre>
 * HELLO        table (8), secret of fingerprints (8)
 * BEGIN, ASK   a bit a bucket (128), the first in the lowest bit of the first byte
 * CHANGES      see {@link ChangesWriter}
 * END, SUM     flows (4), root (8)
 * BUCKET_SUMS  for each bucket its flows (4) and their sum (8)
 * ACK, DIFFER, AGAIN  nothing
 * </pre>
 */
final class FrameWriter {

    static final byte VERSION = 1;
    static final int HEAD = 14;
    static final int BITMAP = Fingerprint.BUCKETS / 8;
    static final int BUCKET = 12;

    private FrameWriter() {}

    static byte[] write(Frame frame) {
        return switch (frame) {
            case Frame.Hello hello ->
                told(FrameType.HELLO, hello.head(), 16)
                        .putLong(hello.table())
                        .putLong(hello.secret())
                        .array();
            case Frame.Begin begin ->
                bits(told(FrameType.BEGIN, begin.head(), BITMAP), begin.buckets())
                        .array();
            case Frame.Changes changes -> changes(changes);
            case Frame.End end -> digest(told(FrameType.END, end.head(), BUCKET), end.digest());
            case Frame.Sum sum -> digest(told(FrameType.SUM, sum.head(), BUCKET), sum.digest());
            case Frame.BucketSums sums -> buckets(sums);
            case Frame.Ack ack ->
                answer(FrameType.ACK, ack.stream(), ack.number(), 0).array();
            case Frame.Differ differ ->
                answer(FrameType.DIFFER, differ.stream(), 0, 0).array();
            case Frame.Ask ask ->
                bits(answer(FrameType.ASK, ask.stream(), 0, BITMAP), ask.buckets())
                        .array();
            case Frame.Again again ->
                answer(FrameType.AGAIN, again.stream(), 0, 0).array();
        };
    }

    static ByteBuffer told(FrameType type, Frame.Head head, int body) {
        return ByteBuffer.allocate(HEAD + body)
                .put(VERSION)
                .put(type.number())
                .putInt(head.stream())
                .putInt(head.number())
                .putInt(head.millis());
    }

    private static ByteBuffer answer(FrameType type, int stream, int number, int body) {
        return told(type, new Frame.Head(stream, number, 0), body);
    }

    private static byte[] changes(Frame.Changes frame) {
        ChangesWriter writer = new ChangesWriter();
        for (Frame.Change change : frame.changes()) {
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

    private static byte[] buckets(Frame.BucketSums sums) {
        ByteBuffer frame = told(FrameType.BUCKET_SUMS, sums.head(), BUCKET * Fingerprint.BUCKETS);
        for (int bucket = 0; bucket < Fingerprint.BUCKETS; bucket++) {
            frame.putInt(sums.counts()[bucket]).putLong(sums.sums()[bucket]);
        }
        return frame.array();
    }
}
