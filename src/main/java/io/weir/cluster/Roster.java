package io.weir.cluster;

import io.weir.cluster.Member.State;
import io.weir.cluster.MembershipEvent.Died;
import io.weir.cluster.MembershipEvent.Joined;
import io.weir.cluster.MembershipEvent.Left;
import io.weir.cluster.MembershipEvent.NameTaken;
import io.weir.cluster.MembershipEvent.Recovered;
import io.weir.cluster.MembershipEvent.Restarted;
import io.weir.cluster.MembershipEvent.Suspected;
import io.weir.cluster.link.PeerAddress;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The other nodes by name, out of what is heard of starts: a name belongs to one start at a time. Time is an argument, in
 * nanoseconds of a clock that only goes forward.
 *
 * <pre>
 * nobody, DEAD, LEFT   added                       ALIVE     Joined
 * ALIVE                suspect                     SUSPECT   Suspected
 * SUSPECT              alive, said later           ALIVE     Recovered
 * ALIVE, SUSPECT       leaves                      LEFT      Left
 * ALIVE, SUSPECT       removed                     DEAD      Died
 * ALIVE, SUSPECT       added, same address         ALIVE     Restarted: the earlier start is over
 * ALIVE, SUSPECT       added, other address        as it is  NameTaken: the later one waits for the end of this one
 * ALIVE, SUSPECT       removed, and a later start
 *                      was met at its address      as it is  none: the later one will be added
 *                      … and is not, in time       DEAD      Died
 * </pre>
 *
 * Anything else changes nothing.
 */
final class Roster {

    /** Names that nobody has any more are remembered for people, the last ones. */
    static final int GONE = 64;

    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final NodeId self;
    private final Map<NodeId, Start> holders = new TreeMap<>();
    private final Map<UUID, Start> waiting = new LinkedHashMap<>();

    /** One start of a node. */
    private static final class Start {
        private final NodeId node;
        private final UUID boot;
        private final PeerAddress address;
        private State state = State.ALIVE;
        private int incarnation;
        private long since;
        private boolean followed;
        private Optional<Long> removed = Optional.empty();

        Start(NodeId node, UUID boot, PeerAddress address, long now) {
            this.node = node;
            this.boot = boot;
            this.address = address;
            this.since = now;
        }

        void become(State young, long now) {
            state = young;
            since = now;
        }
    }

    Roster(NodeId self) {
        this.self = self;
    }

    List<MembershipEvent> added(NodeId node, UUID boot, PeerAddress address, long now) {
        if (node.equals(self)) {
            return List.of(); // it is told so when it calls, or is called
        }
        Start young = new Start(node, boot, address, now);
        Start holder = holders.get(node);
        if (holder == null || !holder.state.isPresent()) {
            holders.put(node, young);
            return List.of(new Joined(node, boot, address));
        }
        if (holder.boot.equals(boot)) {
            return List.of();
        }
        if (holder.address.equals(address)) {
            holders.put(node, young);
            return List.of(new Restarted(node, boot, address));
        }
        waiting.put(boot, young);
        return List.of(new NameTaken(node, address));
    }

    List<MembershipEvent> leaves(UUID boot, long now) {
        waiting.remove(boot);
        return ends(boot, State.LEFT, now);
    }

    List<MembershipEvent> removed(UUID boot, long now) {
        waiting.remove(boot);
        Optional<Start> followed = holder(boot).filter(start -> start.state.isPresent() && start.followed);
        followed.ifPresent(start -> start.removed = Optional.of(now));
        return followed.isPresent() ? List.of() : ends(boot, State.DEAD, now);
    }

    /** It has called, or was called, and has shown who it is. */
    void met(NodeId node, UUID boot, PeerAddress address) {
        Optional.ofNullable(holders.get(node))
                .filter(start -> start.address.equals(address))
                .ifPresent(start -> start.followed = !start.boot.equals(boot));
    }

    /** Gives those up whose later start has not come in time. Called once in a while. */
    List<MembershipEvent> expire(long now) {
        List<MembershipEvent> events = new ArrayList<>();
        for (Start start : List.copyOf(holders.values())) {
            if (start.state.isPresent()
                    && start.removed.filter(at -> now - at > PATIENCE_NANOS).isPresent()) {
                events.addAll(ends(start.boot, State.DEAD, now));
            }
        }
        return events;
    }

    private List<MembershipEvent> ends(UUID boot, State end, long now) {
        List<MembershipEvent> events = new ArrayList<>();
        holder(boot).filter(start -> start.state.isPresent()).ifPresent(start -> {
            start.become(end, now);
            events.add(end == State.LEFT ? new Left(start.node) : new Died(start.node, start.boot, start.address));
            next(start.node).ifPresent(young -> {
                waiting.remove(young.boot);
                holders.put(young.node, young);
                young.since = now;
                events.add(new Joined(young.node, young.boot, young.address));
            });
        });
        forgetOldest();
        return events;
    }

    private Optional<Start> next(NodeId node) {
        return waiting.values().stream()
                .filter(start -> start.node.equals(node))
                .findFirst();
    }

    private void forgetOldest() {
        List<Start> gone = holders.values().stream()
                .filter(start -> !start.state.isPresent())
                .sorted(Comparator.comparingLong(start -> start.since))
                .toList();
        gone.stream().limit(Math.max(0, gone.size() - GONE)).forEach(start -> holders.remove(start.node));
    }

    /** @param incarnation how often the member has contradicted */
    List<MembershipEvent> suspect(UUID boot, int incarnation, long now) {
        return holder(boot)
                .filter(start -> start.state == State.ALIVE && incarnation >= start.incarnation)
                .<List<MembershipEvent>>map(start -> {
                    start.incarnation = incarnation;
                    start.become(State.SUSPECT, now);
                    return List.of(new Suspected(start.node));
                })
                .orElse(List.of());
    }

    List<MembershipEvent> alive(UUID boot, int incarnation, long now) {
        Optional<Start> later =
                holder(boot).filter(start -> start.state.isPresent() && incarnation > start.incarnation);
        return later.<List<MembershipEvent>>map(start -> {
                    start.incarnation = incarnation;
                    if (start.state == State.ALIVE) {
                        return List.of();
                    }
                    start.become(State.ALIVE, now);
                    return List.of(new Recovered(start.node));
                })
                .orElse(List.of());
    }

    private Optional<Start> holder(UUID boot) {
        return holders.values().stream()
                .filter(start -> start.boot.equals(boot))
                .findFirst();
    }

    /** Where a node is reached; empty if it takes no part. */
    Optional<PeerAddress> address(NodeId node) {
        return Optional.ofNullable(holders.get(node))
                .filter(start -> start.state.isPresent())
                .map(start -> start.address);
    }

    /** Whether the name is a living node's elsewhere: a later start at the same address has it as soon as it is heard of. */
    boolean isTaken(NodeId node, UUID boot, PeerAddress address) {
        return Optional.ofNullable(holders.get(node))
                .filter(start -> start.state.isPresent() && !start.boot.equals(boot) && !start.address.equals(address))
                .isPresent();
    }

    /** Whether a member is reached there. */
    boolean isPresent(PeerAddress address) {
        return holders.values().stream().anyMatch(start -> start.state.isPresent() && start.address.equals(address))
                || waiting.values().stream().anyMatch(start -> start.address.equals(address));
    }

    /** By name. */
    List<Member> view(long now) {
        return holders.values().stream()
                .map(start -> new Member(
                        start.node, start.boot, start.address, start.state, Duration.ofNanos(now - start.since)))
                .toList();
    }
}
