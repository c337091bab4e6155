package io.weir.flow;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * The stream in which one owner tells this node its flows, which {@link HeldFlows} holds. Time is an argument, in nanoseconds;
 * nothing waits.
 *
 * <pre>
 * LOST     ── HELLO ──▶ GREETED ── BEGIN ──▶ DRAWING ── END ──▶ LIVE
 * LIVE     ── BEGIN ──▶ REPAIRING ── END ──▶ LIVE
 * any      ── HELLO ──▶ GREETED
 * any      ── SILENCE ──▶ SILENT, where AGAIN is answered to anything but HELLO
 * any      ── a frame is missing, malformed or not possible now; the sum is wrong after an END ──▶ LOST, and AGAIN is answered
 * </pre>
 */
final class PeerStream {

    enum State {
        LOST,
        GREETED,
        DRAWING,
        LIVE,
        REPAIRING,
        SILENT
    }

    private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final NodeId owner;
    private final Owners owners;
    private final HeldFlows flows;
    private final Consumer<FlowFrame.Answer> answers;

    private State state = State.LOST;
    private int stream;
    private int applied;
    private boolean agreed;
    private Transit transit = new Transit();
    private long askedAt;
    private boolean asking;
    private long lostAt;
    private final Counts counts = new Counts();

    /** Counted as long as this node runs. */
    static final class Counts {
        long bytes;
        long repairs;
        long restarts;
    }

    PeerStream(NodeId owner, Shadows shadows, Owners owners, Consumer<FlowFrame.Answer> answers, long now) {
        this.owner = owner;
        this.owners = owners;
        this.flows = new HeldFlows(owner, shadows, owners);
        this.answers = answers;
        this.lostAt = now - AGAIN_NANOS;
    }

    NodeId owner() {
        return owner;
    }

    Counts counts() {
        return counts;
    }

    HeldFlows flows() {
        return flows;
    }

    /** Whether all of the owner's flows are known here, and the last digest was right. */
    boolean isInSync() {
        return agreed && isDrawn();
    }

    /** A link to the owner stands: it may have missed the last answer, or be another process with another clock. */
    void up() {
        transit = new Transit();
        if (state != State.LOST && applied > 0) {
            answers.accept(new FlowFrame.Ack(stream, applied));
        }
    }

    void dead(long now) {
        flows.dead();
        leave(State.LOST);
        lostAt = now - AGAIN_NANOS;
    }

    private void leave(State next) {
        state = next;
        stream = 0;
        applied = 0;
        agreed = false;
        asking = false;
    }

    /** The owner is asked what its flows come to, and until it has said so nobody knows whether that is known here. */
    void compareNow() {
        if (state == State.SILENT) {
            return;
        }
        agreed = false; // also while it repairs: the END says what holds then
        if (state == State.LIVE) {
            answers.accept(new FlowFrame.Differ(stream));
        }
    }

    void told(FlowFrame.Told frame, int bytes, long now) {
        counts.bytes += bytes;
        if (frame instanceof FlowFrame.Hello hello) {
            greeted(hello, now);
            return;
        }
        if (frame instanceof FlowFrame.Silence) {
            silent();
            return;
        }
        if (state == State.LOST || state == State.SILENT) {
            lost(frame.stream(), now); // or its word to tell none was an earlier process's
            return;
        }
        if (frame.stream() != stream) {
            return; // of one that is over
        }
        if (frame.head().number() != applied + 1 || !follows(frame)) {
            again(now);
            return;
        }
        applied++;
        long late = transit.of(frame.head().millis(), now / 1_000_000);
        switch (frame) {
            case FlowFrame.Begin begin -> begun(begin.buckets());
            case FlowFrame.Changes changes -> flows.apply(changes.changes(), late, now);
            case FlowFrame.End end -> ended(end.digest(), now);
            case FlowFrame.Sum sum -> compare(sum.digest());
            case FlowFrame.BucketSums sums -> agreed = flows.compare(sums);
            case FlowFrame.Hello _, FlowFrame.Silence _ -> throw new AssertionError("handled above");
        }
        if (state != State.LOST) {
            answers.accept(new FlowFrame.Ack(stream, applied));
        }
    }

    private boolean follows(FlowFrame.Told frame) {
        boolean live = state == State.LIVE;
        boolean within = state == State.DRAWING || state == State.REPAIRING;
        return switch (frame) {
            case FlowFrame.Begin begin ->
                live || state == State.GREETED && begin.buckets().equals(CarriedFlows.ALL);
            case FlowFrame.Changes _ -> live || within;
            case FlowFrame.End _ -> within;
            case FlowFrame.Sum _, FlowFrame.BucketSums _ -> live;
            case FlowFrame.Hello _, FlowFrame.Silence _ -> true;
        };
    }

    private void greeted(FlowFrame.Hello hello, long now) {
        flows.greeted(hello);
        stream = hello.stream();
        applied = hello.head().number();
        agreed = false;
        asking = false;
        transit.of(hello.head().millis(), now / 1_000_000);
        state = State.GREETED;
        answers.accept(new FlowFrame.Ack(stream, applied));
    }

    /** What it told before is nobody's word any more, and all that it tells is known. */
    private void silent() {
        if (state == State.SILENT) {
            return; // said again
        }
        flows.disown();
        leave(State.SILENT);
        agreed = true;
    }

    private void begun(BitSet buckets) {
        state = state == State.GREETED ? State.DRAWING : State.REPAIRING;
        flows.begun(buckets);
    }

    private void ended(Digest digest, long now) {
        boolean drawn = state == State.DRAWING;
        flows.ended(drawn, now);
        state = State.LIVE;
        asking = false;
        agreed = flows.digest().equals(digest);
        if (!drawn) {
            counts.repairs++;
            if (!agreed && !flows.isOverfull()) {
                again(now); // all of it: what is wrong is not in what was told anew
            }
        }
    }

    /** @param all see {@link HeldFlows#drop} */
    void drop(boolean all, long now) {
        if (isDrawn()) {
            flows.drop(all, now);
        }
    }

    /** Whether the owner has told all of its flows, or tells none. */
    boolean isDrawn() {
        return state == State.LIVE || state == State.REPAIRING || state == State.SILENT;
    }

    private void compare(Digest digest) {
        agreed = flows.digest().equals(digest);
        if (!agreed && !flows.isOverfull()) {
            answers.accept(new FlowFrame.Differ(stream));
        }
    }

    /** Nothing can be made of the stream any more. */
    void again(long now) {
        counts.restarts++;
        state = State.LOST;
        agreed = false;
        lostAt = now - AGAIN_NANOS;
        lost(stream, now);
    }

    /** Its owner goes on with a stream whose beginning is not known here. */
    private void lost(int told, long now) {
        if (now - lostAt >= AGAIN_NANOS) {
            lostAt = now;
            answers.accept(new FlowFrame.Again(told));
        }
    }

    /** Sends what is due. */
    void tick(long now) {
        if (state != State.LIVE || asking && now - askedAt < ASK_AGAIN_NANOS) {
            return;
        }
        BitSet due = flows.due(now);
        asking = !due.isEmpty();
        if (asking) {
            askedAt = now;
            owners.tellAnew(owner, flows.settle(now)); // either may be the one that has to give up
            answers.accept(new FlowFrame.Ask(stream, due));
        }
    }
}
