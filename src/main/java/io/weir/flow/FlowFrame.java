package io.weir.flow;

import java.util.BitSet;
import java.util.List;

/**
 * What goes over a link for flows. Both ends tell their own flows, so both kinds go both ways: what an owner tells, in numbered
 * frames of a stream, and what is answered to it.
 */
sealed interface FlowFrame {

    /** Which stream of the owner's it belongs to; a stream that is begun anew has another number. */
    int stream();

    /** What an owner tells. */
    sealed interface Told extends FlowFrame {

        Head head();

        @Override
        default int stream() {
            return head().stream();
        }
    }

    /** What is answered to an owner. */
    sealed interface Answer extends FlowFrame {}

    /**
     * @param number of the frame in the stream, from 1 on
     * @param millis of the owner's clock, low bits, when the frame was begun: only differences mean something to others
     */
    record Head(int stream, int number, int millis) {}

    /**
     * A stream begins. It is acknowledged before more is told, so a peer that does not listen costs nothing.
     *
     * @param table which table they stand in, see {@link OwnFlows#table}
     * @param secret of the fingerprints that digests are made of
     */
    record Hello(Head head, long table, long secret) implements Told {}

    /** All flows of these buckets follow, to an {@link End}, among changes of any. */
    record Begin(Head head, BitSet buckets) implements Told {}

    /** Flows and their changes, in the order they happened. */
    record Changes(Head head, List<Change> changes) implements Told {}

    /** All that was announced has been told: what was not among it is not there. */
    record End(Head head, Digest digest) implements Told {}

    /** What all that was told so far comes to. */
    record Sum(Head head, Digest digest) implements Told {}

    /** The same by bucket. */
    record BucketSums(Head head, int[] counts, long[] sums) implements Told {}

    /** This owner tells no flows, nor is it to be told any, until it says hello. Of no stream. */
    record Silence(Head head) implements Told {

        static final Silence WORD = new Silence(new Head(0, 0, 0));
    }

    /** A flow of the owner, or one that it carries no more. */
    record Change(boolean open, FlowRecord flow) {}

    /** All frames up to this one have been applied. */
    record Ack(int stream, int number) implements Answer {}

    /** The sum is another one here: say it by bucket. */
    record Differ(int stream) implements Answer {}

    /** Tell these buckets anew. */
    record Ask(int stream, BitSet buckets) implements Answer {}

    /** Nothing of this stream can be used any more: begin another one. */
    record Again(int stream) implements Answer {}
}
