package io.weir.flow;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * This node's flows as one peer is told them. Time is an argument, in nanoseconds; nothing waits.
 *
 * <pre>
 * GREETING  ── HELLO acknowledged ──▶ WAITING ── a walk begins ──▶ DRAWING ── it ends ──▶ LIVE
 * LIVE      ── a walk begins, and the peer has asked for buckets ──▶ REPAIRING ── it ends ──▶ LIVE
 * any       ── no room left, an event lost, the peer asks for it ──▶ GREETING, as another stream
 * </pre>
 *
 * From DRAWING on every change is told, in the order it was read. A flow may be told by the walk and as a change; the last word
 * on it is right, since a slice of the walk is told as it is before later changes are.
 */
final class OwnStream {

    /** What may wait and be under way, in bytes: the changes of ten seconds at 10,000 a second. */
    static final int MOST_BYTES = 2 << 20;

    /** Frames that may be under way when more of a walk is told: so a change never waits behind many. */
    private static final int WINDOW = 4;

    static final long LINGER_NANOS = 2_000_000;
    private static final long GREET_AGAIN_NANOS = 1_000_000_000;

    enum State {
        GREETING,
        WAITING,
        DRAWING,
        LIVE,
        REPAIRING
    }

    private final PeerLink link;
    private final CarriedFlows own;
    private final long table;
    private final Lags lags;
    private final long sumNanos;

    private State state = State.GREETING;
    private int stream;
    private int number;
    private final ChangesWriter batch = new ChangesWriter();
    private long batchSince;
    private int batchEvents;
    private long batchOldest;

    /** Written, and not taken by the link yet. */
    private final Deque<byte[]> queue = new ArrayDeque<>();

    /** Written, and not acknowledged yet. */
    private final Deque<Sent> underway = new ArrayDeque<>();

    private int underwayBytes;
    private BitSet told = new BitSet();
    private BitSet asked = new BitSet();
    private long openingsTold;
    private long lastGreeting;
    private long lastSum;
    private final Counts counts = new Counts();

    /** @param events flows that opened or ended, the oldest of them at this time; without walked ones */
    private record Sent(int number, int bytes, int events, long oldest, long openings) {}

    /** Counted as long as the link stands. */
    static final class Counts {
        long frames;
        long bytes;
        long restarts;
    }

    /**
     * @param table see {@link OwnFlows#table}
     * @param stream number of the first stream; whoever was told another one before is not misled by an answer to that
     * @param sumNanos between two digests
     */
    OwnStream(PeerLink link, CarriedFlows own, long table, Lags lags, int stream, long sumNanos, long now) {
        this.link = link;
        this.own = own;
        this.table = table;
        this.lags = lags;
        this.stream = stream;
        this.sumNanos = sumNanos;
        greet(now);
    }

    State state() {
        return state;
    }

    Counts counts() {
        return counts;
    }

    int underwayBytes() {
        return underwayBytes;
    }

    /** Whether all has been told, so that what is left is acknowledged or under way. */
    boolean hasAll() {
        return state == State.LIVE || state == State.REPAIRING;
    }

    /** Flows opened since the start that this peer has not acknowledged. */
    long unacknowledged() {
        return underway.isEmpty() && batch.isEmpty() ? 0 : own.openings() - openingsTold;
    }

    /** @param at when it happened */
    void change(boolean open, FlowRecord flow, long at, long now) {
        if (state == State.GREETING || state == State.WAITING) {
            return;
        }
        if (add(open, flow, now)) {
            batchOldest = batchEvents == 0 ? at : Math.min(batchOldest, at);
            batchEvents++;
        }
    }

    /** @return false when the stream had to be begun anew instead */
    private boolean add(boolean open, FlowRecord flow, long now) {
        if (batch.isEmpty()) {
            batchSince = now;
        }
        if (batch.add(open, flow)) {
            return true;
        }
        flush(now);
        batchSince = now;
        return state != State.GREETING && batch.add(open, flow);
    }

    /** The peer needs to be told these buckets anew. */
    void tellAnew(BitSet buckets) {
        if (hasAll()) {
            asked.or(buckets);
        }
    }

    /** The buckets the next walk is to tell. */
    BitSet wanted() {
        return switch (state) {
            case WAITING -> CarriedFlows.ALL;
            case LIVE -> asked;
            default -> new BitSet();
        };
    }

    /** A walk begins, which tells what was wanted. */
    void begin(long now) {
        told = wanted();
        asked = new BitSet();
        flush(now);
        enqueue(FlowFrameWriter.write(new FlowFrame.Begin(head(now), told)), 0, 0, now);
        // Unless that was too much.
        if (state != State.GREETING) {
            state = state == State.WAITING ? State.DRAWING : State.REPAIRING;
        }
    }

    boolean isTold() {
        return state == State.DRAWING || state == State.REPAIRING;
    }

    boolean hasRoom() {
        return queue.isEmpty() && underway.size() < WINDOW;
    }

    void walked(FlowRecord flow, long fingerprint, long now) {
        if (isTold() && told.get(Fingerprint.bucket(fingerprint))) {
            add(true, flow, now);
        }
    }

    /** The walk has ended. */
    void end(long now) {
        flush(now);
        enqueue(FlowFrameWriter.write(new FlowFrame.End(head(now), own.flows().digest())), 0, 0, now);
        if (isTold()) {
            state = State.LIVE;
            lastSum = now;
        }
    }

    /** Sends what is due. */
    void tick(long now) {
        if (state == State.GREETING && now - lastGreeting >= GREET_AGAIN_NANOS && queue.isEmpty()) {
            greet(now);
        }
        if (state == State.LIVE && now - lastSum >= sumNanos) {
            sum(now);
        }
        // To an idle peer at once; a busy one gets more in one frame.
        if (!batch.isEmpty() && (underway.isEmpty() || now - batchSince >= LINGER_NANOS)) {
            flush(now);
        }
        send();
    }

    /** Tells the digest now, if the peer has all. */
    void sum(long now) {
        if (state == State.LIVE) {
            lastSum = now;
            flush(now);
            enqueue(
                    FlowFrameWriter.write(
                            new FlowFrame.Sum(head(now), own.flows().digest())),
                    0,
                    0,
                    now);
        }
    }

    /** When {@link #tick} has something to do next, if nothing else happens. */
    long due(long now) {
        if (!batch.isEmpty()) {
            return batchSince + LINGER_NANOS;
        }
        return switch (state) {
            case GREETING -> lastGreeting + GREET_AGAIN_NANOS;
            case LIVE -> lastSum + sumNanos;
            default -> now + sumNanos;
        };
    }

    void answered(FlowFrame.Answer answer, long now) {
        if (answer.stream() != stream) {
            return; // about a stream that is over
        }
        switch (answer) {
            case FlowFrame.Ack ack -> acknowledged(ack.number(), now);
            case FlowFrame.Differ _ -> {
                if (state == State.LIVE) {
                    flush(now);
                    Fingerprints flows = own.flows();
                    enqueue(
                            FlowFrameWriter.write(new FlowFrame.BucketSums(head(now), flows.counts(), flows.sums())),
                            0,
                            0,
                            now);
                }
            }
            case FlowFrame.Ask ask -> tellAnew(ask.buckets());
            case FlowFrame.Again _ -> restart(now);
        }
    }

    private void acknowledged(int upTo, long now) {
        while (!underway.isEmpty() && underway.peek().number() - upTo <= 0) {
            Sent sent = underway.remove();
            underwayBytes -= sent.bytes();
            openingsTold = sent.openings();
            if (sent.events() > 0) {
                lags.add(now - sent.oldest(), sent.events(), now);
            }
        }
        if (state == State.GREETING && underway.isEmpty()) {
            state = State.WAITING;
        }
    }

    /** What is told is not right any more, or cannot be: all is told anew, as another stream. */
    void restart(long now) {
        counts.restarts++;
        greet(now);
    }

    /** The link is not used any more. */
    void close() {
        state = State.GREETING;
        number = 0;
        batch.clear();
        batchEvents = 0;
        queue.clear();
        underway.clear();
        underwayBytes = 0;
        asked = new BitSet();
    }

    private void greet(long now) {
        close();
        stream++;
        lastGreeting = now;
        enqueue(
                FlowFrameWriter.write(
                        new FlowFrame.Hello(head(now), table, own.flows().secret())),
                0,
                0,
                now);
    }

    private FlowFrame.Head head(long now) {
        return new FlowFrame.Head(stream, ++number, (int) (now / 1_000_000));
    }

    private void flush(long now) {
        if (!batch.isEmpty()) {
            int events = batchEvents;
            batchEvents = 0;
            enqueue(batch.finish(head(batchSince)), events, batchOldest, now);
        }
    }

    private void enqueue(byte[] frame, int events, long oldest, long now) {
        if (underwayBytes + frame.length > MOST_BYTES) {
            restart(now);
            return;
        }
        queue.add(frame);
        underway.add(new Sent(number, frame.length, events, oldest, own.openings()));
        underwayBytes += frame.length;
        send();
    }

    private void send() {
        while (!queue.isEmpty() && link.offer(queue.peek())) {
            counts.frames++;
            counts.bytes += queue.remove().length;
        }
    }
}
