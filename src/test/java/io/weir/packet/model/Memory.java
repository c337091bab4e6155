package io.weir.packet.model;

import io.weir.dataplane.Reason;
import io.weir.model.Cidr;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters;
import io.weir.packet.Counters.Count;
import io.weir.packet.Role;
import io.weir.packet.Setup;
import io.weir.packet.Tables;
import io.weir.packet.Tables.Key;
import io.weir.packet.Tables.PieceKey;
import io.weir.packet.Tables.State;
import io.weir.packet.Transport;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What the model remembers and counts. Times in jiffies, of a clock that only tests move. */
final class Memory {

    final Map<Key, Flow> flows = new HashMap<>();
    final Map<Key, HalfOpen> halfOpen = new HashMap<>();
    final Map<PieceKey, Piece> pieces = new HashMap<>();
    final Shadows shadows;
    private final Map<Key, Tables.Totals> totals = new HashMap<>();
    private final Buckets<String> sourceBuckets = new Buckets<>();
    private final Buckets<Integer> targetBuckets = new Buckets<>();
    private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    private final Map<Integer, Map<Count, Long>> targets = new TreeMap<>();
    private final Map<String, Long> connections = new TreeMap<>();
    private final int room;
    private long flowCount;
    long now = 1L << 40;

    Memory(int connections) {
        this.room = 2 * connections;
        this.shadows = new Shadows(this, connections);
    }

    /** One direction. */
    static final class Flow {
        IpAddress address = IpAddress.parse("0.0.0.0");
        int port;
        boolean reply;
        State state = State.ESTABLISHED;
        int target;
        int proxy;
        int flags;
        int fin;
        long seen;
        long created;
        Key twinKey = new Key(address, 0, address, 0, 0);
    }

    /** Not confirmed yet. */
    static final class HalfOpen {
        final Key key;
        final int proxy;
        final int target;
        State state;
        int acknowledgment;
        boolean answered;
        long seen;
        long created;

        HalfOpen(Key key, int proxy, int target, State state) {
            this.key = key;
            this.proxy = proxy;
            this.target = target;
            this.state = state;
        }
    }

    static final class Piece {
        final int sourcePort;
        final int destinationPort;
        final long seen;

        Piece(int sourcePort, int destinationPort, long seen) {
            this.sourcePort = sourcePort;
            this.destinationPort = destinationPort;
            this.seen = seen;
        }
    }

    void count(Reason reason) {
        reasons.merge(reason, 1L, Long::sum);
    }

    void count(int target, Count count, long by) {
        targets.computeIfAbsent(target, absent -> new EnumMap<>(Count.class)).merge(count, by, Long::sum);
    }

    void countTotals(Key key, int bytes) {
        Tables.Totals old = totals.get(key);
        long held = totals.keySet().stream()
                .filter(one -> one.family() == key.family())
                .count();
        if (old == null && held >= room) {
            count(Reason.NO_MEMORY);
            return;
        }
        totals.put(
                key,
                old == null ? new Tables.Totals(1, bytes) : new Tables.Totals(old.packets() + 1, old.bytes() + bytes));
    }

    /** The half-open flow of what a client sends. */
    HalfOpen halfOpen(Key key) {
        HalfOpen half = halfOpen.get(key);
        return half == null || isOver(half) ? null : half;
    }

    /** The half-open flow of what a target sends. */
    HalfOpen halfOpen(IpAddress client, int port, int protocol, int target) {
        return halfOpen.values().stream()
                .filter(half -> half.key.source().equals(client)
                        && half.key.sourcePort() == port
                        && half.key.protocol() == protocol
                        && half.target == target
                        && !isOver(half))
                .findFirst()
                .orElse(null);
    }

    /** Whether the target has another half-open flow of this client's port. */
    boolean isShared(HalfOpen half) {
        return halfOpen(half.key.source(), half.key.sourcePort(), half.key.protocol(), half.target) != null;
    }

    /** Whether a half-open flow is older than a second. */
    boolean isLasting(HalfOpen half) {
        return now - half.created >= Setup.HZ;
    }

    /** Whether this flow stays out of the main table, which has no room left or none for what is not proven. */
    boolean isCrowded(HalfOpen half, Setup setup) {
        boolean hasPlace = flows.containsKey(half.key) || held(half.key.family()) < room;
        boolean isUnproven = half.key.protocol() == Transport.UDP && half.state != State.SHADOWED;
        return !hasPlace || flowCount >= setup.full() || (isUnproven && flowCount >= setup.crowded());
    }

    /** Whether a limit lets a client open one more connection. */
    boolean takesSource(IpAddress client, Setup setup) {
        String name = client.family() == Family.V4 ? client.toString() : new Cidr(client, 64).toString();
        return sourceBuckets.take(name, setup.limits().perSource(), now);
    }

    /** Whether a limit lets a target have one more connection. */
    boolean takesTarget(int target, Setup setup) {
        return targetBuckets.take(target, setup.limits().perTarget(), now);
    }

    HalfOpen begin(HalfOpen half) {
        half.seen = now;
        half.created = now;
        halfOpen.put(half.key, half);
        if (half.state == State.SYN_SENT) {
            count(half.target, Count.SYNS, 1);
        }
        if (half.state == State.PICKED_UP) {
            count(Reason.PICKED_UP);
        }
        return half;
    }

    void forget(HalfOpen half) {
        halfOpen.remove(half.key);
    }

    void remove(Key key) {
        flows.remove(key);
        totals.remove(key);
    }

    /** A direction of a half-open flow as it would be in the main table. */
    Flow flow(HalfOpen half, Choice choice, boolean reply) {
        Role role = choice.role(half.target);
        IpAddress target = role.address(half.key.family());
        Key answers = new Key(target, role.port(), half.key.source(), half.key.sourcePort(), half.key.protocol());
        Flow flow = new Flow();
        flow.address = reply ? half.key.destination() : target;
        flow.port = reply ? half.key.destinationPort() : role.port();
        flow.reply = reply;
        flow.target = half.target;
        flow.proxy = reply ? 0 : half.proxy;
        flow.seen = now;
        flow.created = half.state == State.SHADOWED ? half.created : now;
        flow.twinKey = reply ? half.key : answers;
        return flow;
    }

    /** The other direction of a flow; null when it is gone, or its place is another flow's. */
    Flow twin(Flow flow) {
        Flow twin = flows.get(flow.twinKey);
        return twin != null && flows.get(twin.twinKey) == flow ? twin : null;
    }

    /** Whether the target answers this client's port for another VIP. */
    boolean isTaken(HalfOpen half, Choice choice) {
        Flow reply = flow(half, choice, true);
        Flow standing = flows.get(flow(half, choice, false).twinKey);
        return standing != null
                && standing.state == State.ESTABLISHED
                && !(standing.address.equals(reply.address) && standing.port == reply.port);
    }

    /**
     * Into the main table, if there is room; whether the flow is there now.
     *
     * @param end what is known of its end, given to both directions
     */
    boolean confirm(HalfOpen half, Choice choice, boolean crowded, BiConsumer<Flow, Flow> end) {
        Flow forward = flow(half, choice, false);
        Flow reply = flow(half, choice, true);
        Flow old = flows.get(half.key);
        boolean already = !crowded && old != null && old.state != State.REPLACED;
        int places = (old == null ? 1 : 0) + (flows.containsKey(forward.twinKey) ? 0 : 1);
        boolean fits = already || (!crowded && held(half.key.family()) + places <= room);
        if (half.state == State.SYN_RECEIVED && !already) {
            count(half.target, Count.HANDSHAKES, 1);
        }
        if (!fits) {
            return fails(half);
        }
        forget(half);
        shadows.supersede(half.key);
        if (already) {
            return true;
        }
        end.accept(forward, reply);
        enter(half.key, forward, reply);
        if (half.state != State.SHADOWED) {
            count(half.target, Count.CONNECTIONS, 1);
            connections.merge(half.proxy + " to " + half.target, 1L, Long::sum);
        }
        return true;
    }

    private void enter(Key key, Flow forward, Flow reply) {
        totals.remove(key);
        flowCount += flows.put(key, forward) == null ? 1 : 0;
        flows.put(forward.twinKey, reply);
        count(forward.target, Count.ACTIVE, 1);
    }

    /** The same for a flow of a peer that is dead, without a packet; whether it is this node's own now. */
    boolean claim(HalfOpen half, Choice choice) {
        Flow forward = flow(half, choice, false);
        int places = (flows.containsKey(half.key) ? 0 : 1) + (flows.containsKey(forward.twinKey) ? 0 : 1);
        boolean fits = held(half.key.family()) + places <= room;
        if (fits) {
            enter(half.key, forward, flow(half, choice, true));
        }
        return fits;
    }

    /** A flow that a peer carries stays what it is; another one waits for room. */
    private boolean fails(HalfOpen half) {
        count(Reason.TABLE_FULL);
        if (half.state != State.SHADOWED) {
            half.state = State.ESTABLISHED;
        }
        return false;
    }

    /** Whether it is in the main table and goes on there. */
    boolean isFollowed(Key key) {
        Flow flow = flows.get(key);
        return flow != null && flow.state != State.REPLACED;
    }

    /** Ends a flow that begins anew, here or elsewhere: what is left of it is overwritten. */
    void replace(Flow flow) {
        boolean isWhole = twin(flow) != null;
        flow.state = State.REPLACED;
        count(flow.target, Count.ACTIVE, -1);
        if (isWhole) {
            remove(flow.twinKey);
        }
    }

    private long held(Family family) {
        return flows.keySet().stream().filter(key -> key.family() == family).count();
    }

    /** Neither direction had a packet for so long. */
    boolean isOver(Flow flow, int protocol) {
        Flow twin = twin(flow);
        long last = twin == null ? flow.seen : Math.max(flow.seen, twin.seen);
        int seconds = flow.state != State.ESTABLISHED
                ? Setup.CLOSING_SECONDS
                : protocol == Transport.UDP ? Setup.UDP_SECONDS : Setup.ESTABLISHED_SECONDS;
        return now - last > Setup.jiffies(seconds);
    }

    private boolean isOver(HalfOpen half) {
        boolean lasts = half.state == State.ESTABLISHED || half.answered;
        int ofTcp = lasts ? Setup.ESTABLISHED_SECONDS : Setup.SYN_SECONDS;
        int seconds = half.key.protocol() == Transport.UDP ? Setup.UDP_SECONDS : ofTcp;
        return now - half.seen > Setup.jiffies(seconds);
    }

    Counters counters() {
        Map<Integer, Map<Count, Long>> changed = new TreeMap<>();
        targets.forEach((target, counts) -> {
            Map<Count, Long> some = new EnumMap<>(Count.class);
            counts.forEach((count, value) -> {
                if (value != 0) {
                    some.put(count, value);
                }
            });
            if (!some.isEmpty()) {
                changed.put(target, some);
            }
        });
        return new Counters(
                new EnumMap<>(reasons.isEmpty() ? new EnumMap<>(Reason.class) : reasons),
                changed,
                new TreeMap<>(connections),
                flowCount);
    }

    Tables tables() {
        Map<Key, Tables.Flow> main = new HashMap<>();
        flows.forEach((key, flow) -> main.put(
                key,
                new Tables.Flow(
                        flow.address,
                        flow.port,
                        flow.reply,
                        flow.state,
                        flow.target,
                        flow.proxy,
                        flow.flags,
                        seconds(flow.seen),
                        seconds(flow.created))));
        Map<Key, Tables.HalfOpen> half = new HashMap<>();
        halfOpen.forEach((key, one) -> {
            if (!isOver(one)) {
                half.put(
                        key,
                        new Tables.HalfOpen(one.state, one.target, one.proxy, one.acknowledgment, seconds(one.seen)));
            }
        });
        Map<PieceKey, Tables.Piece> remembered = new HashMap<>();
        pieces.forEach((key, piece) ->
                remembered.put(key, new Tables.Piece(piece.sourcePort, piece.destinationPort, seconds(piece.seen))));
        return new Tables(main, half, Map.copyOf(totals), remembered, shadows.tables());
    }

    int seconds(long then) {
        return (int) ((now - then) / Setup.HZ);
    }
}
