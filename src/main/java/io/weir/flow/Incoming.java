package io.weir.flow;

import io.weir.flow.Frame.Change;
import io.weir.flow.Shadows.Result;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One owner's flows as they are told to this node, made its shadows. Time is an argument, in nanoseconds; nothing waits.
 *
 * <pre>
 * LOST     ── HELLO ──▶ GREETED ── BEGIN ──▶ DRAWING ── END ──▶ LIVE
 * LIVE     ── BEGIN ──▶ REPAIRING ── END ──▶ LIVE
 * any      ── HELLO ──▶ GREETED
 * any      ── a frame is missing, malformed or not possible now; the sum is wrong after an END ──▶ LOST, and AGAIN is answered
 * </pre>
 *
 * Of two nodes that carry the same flow, one is to give it up: the one whose last packet came two seconds or more before the
 * other's, since last packets are known to a second. So a flow whose packets go both ways stays with both, and one whose packets
 * all go one way is settled as soon as its owner tells it again; for that both tell anew the buckets in which they have such flows,
 * more and more rarely. A peer that carries a flow no more is told it anew if it is carried here.
 */
final class Incoming {

    enum State {
        LOST,
        GREETED,
        DRAWING,
        LIVE,
        REPAIRING
    }

    /** How much earlier this node's last packet must be for it to give a flow up. */
    static final Duration MARGIN = Duration.ofSeconds(2);

    /** Below this a delay does not show in a time at a second's grain. */
    private static final long GRAIN_MILLIS = 500;

    private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long DROP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final NodeId owner;
    private final Shadows shadows;
    private final Crowd crowd;
    private final Consumer<Frame.Answer> answers;

    private State state = State.LOST;
    private int stream;
    private int applied;
    private long table;

    /** There are shadows of this owner that an earlier process put. */
    private boolean hasUnknown;

    /** There are shadows of this owner that it does not name. */
    private boolean unnamed;

    private long unnamedSince;

    private BitSet drawing = new BitSet();
    private boolean agreed;
    private Fingerprints flows = new Fingerprints(0);
    private Transit transit = new Transit();
    private Wishes wishes = new Wishes();
    private long askedAt;
    private boolean asking;
    private long lostAt;
    private final Counts counts = new Counts();

    /** Counted as long as this node runs. */
    static final class Counts {
        long frames;
        long bytes;
        long changes;
        long refused;
        long kept;
        long unknown;
        long repairs;
        long restarts;
    }

    Incoming(NodeId owner, Shadows shadows, Crowd crowd, Consumer<Frame.Answer> answers, long now) {
        this.owner = owner;
        this.shadows = shadows;
        this.crowd = crowd;
        this.answers = answers;
        this.lostAt = now - AGAIN_NANOS;
        this.hasUnknown = shadows.count(owner) > 0;
    }

    NodeId owner() {
        return owner;
    }

    Counts counts() {
        return counts;
    }

    /** How many flows the owner carries, by its word. */
    int told() {
        return flows.size();
    }

    /** Whether all of the owner's flows are known here, and the last digest was right. */
    boolean isInSync() {
        return agreed && isDrawn();
    }

    /** Whether the owner has told of this flow as it is. */
    boolean knowsAsIs(FlowRecord flow) {
        return flows.containsAsIs(flows.of(flow));
    }

    /** A link to the owner stands: it may have missed the last answer, or be another process with another clock. */
    void up() {
        transit = new Transit();
        if (state != State.LOST && applied > 0) {
            answers.accept(new Frame.Ack(stream, applied));
        }
    }

    /** The owner is dead: what it told is nobody's word any more. If it returns, its table says whether it knows its flows. */
    void dead(long now) {
        flows.clear();
        state = State.LOST;
        stream = 0;
        applied = 0;
        agreed = false;
        hasUnknown = true;
        unnamed = false;
        lostAt = now - AGAIN_NANOS;
    }

    /** Another's word on the flow was followed last: if it was told by this owner too, it is to tell it anew. */
    void wish(FlowRecord flow) {
        long fingerprint = flows.of(flow);
        if (flows.contains(fingerprint)) {
            wishes.missing(fingerprint);
        }
    }

    /** The owner is asked what its flows come to, and until it has said so nobody knows whether that is known here. */
    void compareNow() {
        if (state == State.LIVE) {
            agreed = false;
            answers.accept(new Frame.Differ(stream));
        }
    }

    /** The configuration knows other targets now. */
    void configured() {
        wishes.configured();
    }

    void told(Frame.Told frame, int bytes, long now) {
        counts.frames++;
        counts.bytes += bytes;
        if (frame instanceof Frame.Hello hello) {
            greeted(hello, now);
            return;
        }
        if (state == State.LOST) {
            lost(frame.stream(), now);
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
            case Frame.Begin begin -> begun(begin.buckets());
            case Frame.Changes changes -> apply(changes.changes(), late, now);
            case Frame.End end -> ended(end.digest(), now);
            case Frame.Sum sum -> compare(sum.digest());
            case Frame.BucketSums sums -> compare(flows.differing(sums.counts(), sums.sums()));
            case Frame.Hello _ -> throw new AssertionError("handled above");
        }
        if (state != State.LOST) {
            answers.accept(new Frame.Ack(stream, applied));
        }
    }

    private boolean follows(Frame.Told frame) {
        boolean live = state == State.LIVE;
        boolean within = state == State.DRAWING || state == State.REPAIRING;
        return switch (frame) {
            case Frame.Begin begin ->
                live || state == State.GREETED && begin.buckets().equals(Ledger.ALL);
            case Frame.Changes _ -> live || within;
            case Frame.End _ -> within;
            case Frame.Sum _, Frame.BucketSums _ -> live;
            case Frame.Hello _ -> true;
        };
    }

    private void greeted(Frame.Hello hello, long now) {
        table = hello.table();
        if (shadows.count(owner) == 0) {
            shadows.noteTable(owner, table);
        }
        if (flows.secret() != hello.secret()) {
            flows = new Fingerprints(hello.secret());
            hasUnknown = true;
        }
        stream = hello.stream();
        applied = hello.head().number();
        agreed = false;
        asking = false;
        wishes = new Wishes(); // all is told anew
        transit.of(hello.head().millis(), now / 1_000_000);
        state = State.GREETED;
        answers.accept(new Frame.Ack(stream, applied));
    }

    private void begun(BitSet buckets) {
        state = state == State.GREETED ? State.DRAWING : State.REPAIRING;
        drawing = buckets;
        wishes.granted(buckets);
        flows.begin();
    }

    private void ended(Digest digest, long now) {
        boolean drawn = state == State.DRAWING;
        int gone = flows.sweep(drawing);
        if ((gone > 0 || hasUnknown || isOtherTable()) && !unnamed) {
            unnamed = true;
            unnamedSince = now;
        }
        hasUnknown &= !drawn;
        state = State.LIVE;
        asking = false;
        agreed = flows.digest().equals(digest);
        if (!drawn) {
            counts.repairs++;
            if (!agreed) {
                again(now); // all of it: what is wrong is not in what was told anew
            }
        }
    }

    /**
     * What the owner does not name has ended, or another carries it; or it was lost with the owner's table, and lives on: then this
     * node claims it. So may others: who does not know the rest cannot share with them.
     *
     * @param all whether all peers have told all of their flows, as another may be about to tell what this one does not name
     */
    void drop(boolean all, long now) {
        if (!unnamed || !isDrawn() || !all && now - unnamedSince < DROP_NANOS) {
            return;
        }
        Map<NodeId, List<FlowRecord>> others = new TreeMap<>();
        Predicate<FlowRecord> nobodys = flow -> {
            if (flows.contains(flows.of(flow))) {
                return false;
            }
            Optional<NodeId> other = crowd.otherOwner(owner, flow);
            other.ifPresent(
                    peer -> others.computeIfAbsent(peer, _ -> new ArrayList<>()).add(flow));
            return other.isEmpty();
        };
        if (isOtherTable()) {
            shadows.claim(owner, nobodys);
        } else {
            shadows.removeIf(owner, nobodys);
        }
        handOver(others);
        unnamed = false;
        shadows.noteTable(owner, table);
    }

    /** Whether there may be shadows that the owner lost with its table: until all that it does not name are claimed. */
    private boolean isOtherTable() {
        OptionalLong before = shadows.table(owner);
        return before.isPresent() && before.getAsLong() != table;
    }

    /** Whether the owner has told all of its flows. */
    boolean isDrawn() {
        return state == State.LIVE || state == State.REPAIRING;
    }

    private void compare(Digest digest) {
        agreed = flows.digest().equals(digest);
        if (!agreed) {
            answers.accept(new Frame.Differ(stream));
        }
    }

    private void compare(BitSet differing) {
        agreed = differing.isEmpty();
        wishes.differing(differing);
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
            answers.accept(new Frame.Again(told));
        }
    }

    /** Sends what is due. */
    void tick(long now) {
        if (state != State.LIVE || asking && now - askedAt < ASK_AGAIN_NANOS) {
            return;
        }
        BitSet due = wishes.due(now, shadows.size() < shadows.capacity() / 16 * 15);
        asking = !due.isEmpty();
        if (asking) {
            askedAt = now;
            crowd.tellAnew(owner, wishes.settle(now)); // either may be the one that has to give up
            answers.accept(new Frame.Ask(stream, due));
        }
    }

    private void apply(List<Change> changes, long late, long now) {
        counts.changes += changes.size();
        // The last word on a flow is enough.
        Map<Long, Change> last = new LinkedHashMap<>(changes.size() * 2);
        for (Change change : changes) {
            last.put(Fingerprint.identity(flows.of(change.flow())), change);
        }
        List<FlowRecord> open = new ArrayList<>();
        List<FlowRecord> both = new ArrayList<>();
        List<FlowRecord> closed = new ArrayList<>();
        for (Change change : last.values()) {
            if (!change.open()) {
                closed.add(change.flow());
                continue;
            }
            flows.put(flows.of(change.flow()));
            boolean here = crowd.carriedHere(change.flow());
            FlowRecord flow = aged(change.flow(), late, here);
            open.add(flow);
            if (here) {
                both.add(flow);
            }
        }
        if (!closed.isEmpty()) {
            close(closed);
        }
        if (!open.isEmpty()) {
            put(open, both, now);
        }
    }

    private static FlowRecord aged(FlowRecord flow, long late, boolean here) {
        if (!here && late < GRAIN_MILLIS) {
            return flow;
        }
        Duration idle = flow.idle().plusMillis(late);
        return new FlowRecord(
                flow.protocol(),
                flow.client(),
                flow.vip(),
                flow.target(),
                flow.proxy(),
                flow.age().plusMillis(late),
                here ? idle.plus(MARGIN) : idle);
    }

    private void close(List<FlowRecord> closed) {
        List<FlowRecord> gone = new ArrayList<>();
        Map<NodeId, List<FlowRecord>> others = new TreeMap<>();
        for (FlowRecord flow : closed) {
            flows.remove(flows.of(flow));
            Optional<NodeId> other = crowd.otherOwner(owner, flow);
            if (crowd.carriedHere(flow)) {
                gone.add(flow);
                crowd.tellAnew(owner, flow);
            } else if (other.isPresent()) {
                others.computeIfAbsent(other.get(), _ -> new ArrayList<>()).add(flow);
            } else {
                gone.add(flow);
                crowd.askOthers(owner, flow);
            }
        }
        if (!gone.isEmpty()) {
            shadows.remove(owner, gone);
        }
        handOver(others);
    }

    /** Shadows of this owner, or of whoever told last, that another one carries. */
    private void handOver(Map<NodeId, List<FlowRecord>> others) {
        others.forEach((other, carried) -> {
            List<FlowRecord> kept = shadows.put(other, carried).kept();
            if (!kept.isEmpty()) {
                shadows.remove(owner, kept);
            }
        });
    }

    /** @param both those of them that this node carries, by its own word */
    private void put(List<FlowRecord> open, List<FlowRecord> both, long now) {
        Result result = shadows.put(owner, open);
        counts.refused += result.refused().size();
        counts.kept += result.kept().size();
        counts.unknown += result.unknown().size();
        result.refused().forEach(flow -> wishes.refused(flows.of(flow), now));
        result.unknown().forEach(flow -> wishes.unknown(flows.of(flow)));
        result.kept().forEach(flow -> wishes.contested(flows.of(flow), crowd.bucketHere(flow), now));
        if (!both.isEmpty()) {
            Set<FlowRecord> still = new HashSet<>(result.kept());
            still.addAll(result.refused());
            both.stream().filter(flow -> !still.contains(flow)).forEach(crowd::gaveUp);
        }
    }
}
