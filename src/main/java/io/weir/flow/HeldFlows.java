package io.weir.flow;

import io.weir.flow.FlowFrame.Change;
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
import java.util.function.Predicate;

/**
 * The flows of one owner, by its word, and what becomes of them here: its shadows. Time is an argument, in nanoseconds.
 *
 * <p>Of two nodes that carry the same flow, one is to give it up: the one whose last packet came two seconds or more before the
 * other's, since last packets are known to a second. So a flow whose packets go both ways stays with both, and one whose packets
 * all go one way is settled as soon as its owner tells it again; for that both tell anew the buckets in which they have such flows,
 * more and more rarely. A peer that carries a flow no more is told it anew if it is carried here.
 *
 * <p>What an owner tells is remembered, also of flows that there is no room for here, but not of more than an owner of this node's
 * size can carry: who tells more is taken for not in sync, and not asked for it, until it carries less.
 */
final class HeldFlows {

    /** How much earlier this node's last packet must be for it to give a flow up. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    /** Below this a delay does not show in a time at a second's grain. */
    private static final long GRAIN_MILLIS = 500;

    private static final long DROP_NANOS = Duration.ofSeconds(10).toNanos();

    /** What was refused is asked for again when a part of all places is free: each time whole buckets are told for it. */
    private static final int FREE_PART = 16;

    /** An owner may carry as many of each family as there is room for shadows. */
    private static final int FAMILIES = 2;

    private final NodeId owner;
    private final Shadows shadows;
    private final Owners owners;
    private final Counts counts = new Counts();
    private long table;
    private Fingerprints flows = new Fingerprints(0);
    private BucketRequests requests = new BucketRequests();
    private BitSet telling = new BitSet();

    /** There are shadows of this owner that were put before it told of its flows. */
    private boolean hasUnknown;

    /** There are shadows of this owner that it does not name. */
    private boolean unnamed;

    private long unnamedSince;

    /** It has told more than is remembered, so no sum of its flows can be right. */
    private boolean overfull;

    /** Counted as long as this node runs. */
    static final class Counts {
        long refused;
        long kept;
        long unknown;
    }

    HeldFlows(NodeId owner, Shadows shadows, Owners owners) {
        this.owner = owner;
        this.shadows = shadows;
        this.owners = owners;
        this.hasUnknown = shadows.count(owner) > 0;
    }

    Counts counts() {
        return counts;
    }

    /** How many flows the owner carries. */
    int size() {
        return flows.size();
    }

    Digest digest() {
        return flows.digest();
    }

    /** Whether the owner has told more than is remembered, and there is no room yet to ask for the rest. */
    boolean isOverfull() {
        overfull &= flows.size() > most() - most() / FREE_PART;
        return overfull;
    }

    private long most() {
        long capacity = shadows.capacity();
        return capacity > Long.MAX_VALUE / FAMILIES ? capacity : FAMILIES * capacity;
    }

    /** Whether the owner has told of this flow as it is. */
    boolean containsAsIs(FlowRecord flow) {
        return flows.containsAsIs(flows.of(flow));
    }

    /** The owner is dead: what it told is nobody's word any more. If it returns, its table says whether it knows its flows. */
    void dead() {
        flows.clear();
        hasUnknown = true;
        unnamed = false;
    }

    /** The owner tells no flows: what is held for it goes, but for what another carries. */
    void disown() {
        flows.clear();
        requests = new BucketRequests();
        overfull = false;
        hasUnknown = false;
        dropUnnamed(false);
    }

    /** It begins to tell all of its flows. */
    void greeted(FlowFrame.Hello hello) {
        table = hello.table();
        if (shadows.count(owner) == 0) {
            shadows.noteTable(owner, table);
        }
        if (flows.secret() != hello.secret()) {
            flows = new Fingerprints(hello.secret());
            hasUnknown = true;
        }
        requests = new BucketRequests();
        overfull = false;
    }

    /** All of these buckets follow. */
    void begun(BitSet buckets) {
        telling = buckets;
        requests.granted(buckets);
        flows.begin();
    }

    /**
     * They were told.
     *
     * @param all whether all flows were
     */
    void ended(boolean all, long now) {
        int gone = flows.sweep(telling);
        if ((gone > 0 || hasUnknown || isOtherTable()) && !unnamed) {
            unnamed = true;
            unnamedSince = now;
        }
        hasUnknown &= !all;
    }

    /**
     * Buckets of other sums are to be told anew.
     *
     * @return whether there are none
     */
    boolean compare(FlowFrame.BucketSums sums) {
        BitSet differing = flows.differing(sums.counts(), sums.sums());
        requests.differing(differing);
        return differing.isEmpty();
    }

    /** Another's word on the flow was followed last: if it was told by this owner too, it is to tell it anew. */
    void askAnew(FlowRecord flow) {
        long fingerprint = flows.of(flow);
        if (flows.contains(fingerprint)) {
            requests.missing(fingerprint);
        }
    }

    /** The configuration knows other targets now. */
    void configured() {
        requests.configured();
    }

    /** Buckets that the owner is to tell anew now. */
    BitSet due(long now) {
        long capacity = shadows.capacity();
        return requests.due(now, shadows.size() < capacity - capacity / FREE_PART);
    }

    /** This node's own buckets that it is to tell the owner anew, when it asks for what is due. */
    BitSet settle(long now) {
        return requests.settle(now);
    }

    /**
     * What the owner does not name has ended, or another carries it; or it was lost with the owner's table, and lives on: then this
     * node claims it. So may others: who does not know the rest cannot share with them.
     *
     * @param all whether all peers have told all of their flows, as another may be about to tell what this one does not name
     */
    void drop(boolean all, long now) {
        if (!unnamed || !all && now - unnamedSince < DROP_NANOS) {
            return;
        }
        dropUnnamed(isOtherTable());
        shadows.noteTable(owner, table);
    }

    private void dropUnnamed(boolean claims) {
        Map<NodeId, List<FlowRecord>> others = new TreeMap<>();
        Predicate<FlowRecord> nobodys = flow -> {
            if (flows.contains(flows.of(flow))) {
                return false;
            }
            Optional<NodeId> other = owners.otherOwner(owner, flow);
            other.ifPresentOrElse(
                    peer -> others.computeIfAbsent(peer, _ -> new ArrayList<>()).add(flow),
                    () -> owners.askOthers(owner, flow)); // who told of an earlier connection was not followed
            return other.isEmpty();
        };
        if (claims) {
            shadows.claim(owner, nobodys);
        } else {
            shadows.removeIf(owner, nobodys);
        }
        handOver(others);
        unnamed = false;
    }

    /** Whether there may be shadows that the owner lost with its table: until all that it does not name are claimed. */
    private boolean isOtherTable() {
        OptionalLong before = shadows.table(owner);
        return before.isPresent() && before.getAsLong() != table;
    }

    /** @param late by how many milliseconds they came */
    void apply(List<Change> changes, long late, long now) {
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
            if (!remember(change.flow())) {
                counts.refused++;
                continue;
            }
            boolean here = owners.carriedHere(change.flow());
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

    /** @return whether there was room for it */
    private boolean remember(FlowRecord flow) {
        long fingerprint = flows.of(flow);
        if (flows.size() >= most() && !flows.contains(fingerprint)) {
            overfull = true;
            return false;
        }
        flows.put(fingerprint);
        return true;
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
            Optional<NodeId> other = owners.otherOwner(owner, flow);
            if (owners.carriedHere(flow)) {
                gone.add(flow);
                owners.tellAnew(owner, flow);
            } else if (other.isPresent()) {
                others.computeIfAbsent(other.get(), _ -> new ArrayList<>()).add(flow);
            } else {
                gone.add(flow);
                owners.askOthers(owner, flow);
            }
        }
        if (!gone.isEmpty()) {
            shadows.remove(owner, gone);
        }
        handOver(others);
    }

    /** Flows that others carry. */
    private void handOver(Map<NodeId, List<FlowRecord>> others) {
        others.forEach((other, carried) -> shadows.handOver(owner, other, carried));
    }

    /** @param both those of them that this node carries, by its own word */
    private void put(List<FlowRecord> open, List<FlowRecord> both, long now) {
        Result result = shadows.put(owner, open);
        counts.refused += result.refused().size();
        counts.kept += result.kept().size();
        counts.unknown += result.unknown().size();
        result.refused().forEach(flow -> requests.refused(flows.of(flow), now));
        result.unknown().forEach(flow -> requests.unknown(flows.of(flow)));
        result.kept().forEach(flow -> requests.contested(flows.of(flow), owners.bucketHere(flow), now));
        if (!both.isEmpty()) {
            Set<FlowRecord> still = new HashSet<>(result.kept());
            still.addAll(result.refused());
            both.stream().filter(flow -> !still.contains(flow)).forEach(owners::gaveUp);
        }
    }
}
