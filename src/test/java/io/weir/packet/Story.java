package io.weir.packet;

import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.flow.FlowRecord;
import io.weir.model.IpAddress.Family;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A row being told: packets go in one after the other, and what becomes of each is said at once. All that is counted must be
 * said too.
 */
public final class Story {

    /** First sequence numbers of both sides. */
    public static final int CLIENT_ISN = 1000;

    public static final int TARGET_ISN = 0x7fff_fff0; // so that the handshake's arithmetic crosses the sign

    private final Family family;
    private final Hook hook;
    private final DataPath path;
    private final Set<Reason> seen = EnumSet.noneOf(Reason.class);
    private Setup setup = Setup.usual();
    private Step open;

    Story(Family family, Hook hook, DataPath path) {
        this.family = family;
        this.hook = hook;
        this.path = path;
        path.tables().clear();
        path.install(setup);
    }

    public Family family() {
        return family;
    }

    public Hook hook() {
        return hook;
    }

    public boolean v4() {
        return family == Family.V4;
    }

    public DataPath path() {
        return path;
    }

    /** What the node says now. */
    public void node(UnaryOperator<Setup> change) {
        setup = change.apply(setup);
        path.install(setup);
    }

    /** The group's only targets from now on. */
    public void weights(Role... targets) {
        node(now -> now.sending(Setup.GROUP, targets));
    }

    public void later(double seconds) {
        path.tables().age(seconds);
    }

    public Packet tcp(Role from, Role to, int flags, int sequence, int acknowledgment) {
        return Packet.between(
                family,
                from,
                to,
                new Transport.Tcp(
                        from.port(), to.port(), flags, sequence, acknowledgment, new byte[0], new byte[] {1, 2, 3}));
    }

    public Packet tcp(Role from, Role to, int flags) {
        return tcp(from, to, flags, CLIENT_ISN + 1, TARGET_ISN + 1);
    }

    public Packet syn(Role from, Role to) {
        return tcp(from, to, SYN, CLIENT_ISN, 0);
    }

    public Packet synAck(Role from, Role to) {
        return tcp(from, to, SYN | ACK, TARGET_ISN, CLIENT_ISN + 1);
    }

    public Packet udp(Role from, Role to) {
        return udp(from, to, 5);
    }

    public Packet udp(Role from, Role to, int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (i * 7 + 1);
        }
        return Packet.between(family, from, to, new Transport.Udp(from.port(), to.port(), true, data));
    }

    /** A packet from the clients' side. */
    public Step client(Packet packet) {
        return at(hook.forClients(), Side.CLIENTS, packet.frame());
    }

    /** A packet of a target, from where that is; at egress as it leaves to the clients. */
    public Step target(Packet packet) {
        Side side = Arrays.stream(Role.values())
                .filter(role -> role.isTarget() && role.address(family).equals(packet.source()))
                .map(Role::side)
                .findFirst()
                .orElse(Side.SERVERS);
        return at(hook, side, packet.frame());
    }

    /** A packet of either direction, at the very hook the row is about. */
    public Step here(Side side, Packet packet) {
        return at(hook, side, packet.frame());
    }

    public Step at(Hook where, Side side, byte[] frame) {
        return at(where, side, frame, 0);
    }

    /** @param segment as {@link DataPath#run} takes it */
    public Step at(Hook where, Side side, byte[] frame, int segment) {
        finish();
        DataPath.Outcome outcome = path.run(where, side, frame, segment);
        if (where == hook) {
            seen.addAll(outcome.changed().reasons().keySet());
        }
        open = new Step(family, frame, outcome, () -> open = null);
        return open;
    }

    /** A client's packet as it leaves to a target. */
    public Packet forwarded(Packet packet, Role target) {
        return packet.toward(target).routed(target.side(), target);
    }

    public Packet forwarded(Packet packet) {
        return forwarded(packet, Role.TARGET);
    }

    /** A target's packet as it leaves to a client, as if the VIP had sent it. At egress the stack has routed it already. */
    public Packet returned(Packet packet, Role vip, Role client) {
        Packet translated = packet.outOf(vip);
        return hook == Hook.EGRESS ? translated : translated.routed(Side.CLIENTS, client);
    }

    public Packet returned(Packet packet) {
        return returned(packet, Role.VIP, Role.CLIENT);
    }

    /** A whole handshake between the client and the target. */
    public void handshake() {
        handshake(Role.CLIENT, Role.VIP, Role.TARGET);
    }

    public void handshake(Role client, Role vip, Role target) {
        Packet syn = syn(client, vip);
        client(syn).counting(target, Counters.Count.SYNS).sent(forwarded(syn, target));
        Packet synAck = synAck(target, client);
        leaves(target(synAck), returned(synAck, vip, client));
        Packet ack = tcp(client, vip, ACK);
        client(ack)
                .counting(target, Counters.Count.HANDSHAKES)
                .confirming(target)
                .sent(forwarded(ack, target));
    }

    /** Question, answer and another question, which confirms the flow. */
    public void exchange() {
        asks(udp(Role.CLIENT, Role.VIP));
        answers(udp(Role.TARGET, Role.CLIENT));
        Packet another = udp(Role.CLIENT, Role.VIP);
        client(another).confirming(Role.TARGET).sent(forwarded(another));
    }

    /** A packet of a target goes on its way: without the stack, or at egress by it. */
    public void leaves(Step step, Packet expected) {
        if (hook == Hook.EGRESS) {
            step.translated(expected);
        } else {
            step.sent(expected);
        }
    }

    /** TARGET's packet reaches CLIENT. */
    public void answers(Packet packet) {
        leaves(target(packet), returned(packet));
    }

    /** CLIENT's packet reaches TARGET. */
    public void asks(Packet packet) {
        client(packet).sent(forwarded(packet));
    }

    /** A peer carries this flow, and it is held ready here. */
    public void carriedByPeer(Role client, Role vip, Role target, int protocol) {
        FlowRecord flow = PeerFlows.flow(family, client, vip, target, protocol);
        assertThat(path.shadows().put(PeerFlows.PEER, List.of(flow)).stored()).isEqualTo(1);
    }

    /** The same of the client's flow to the target. */
    public void carriedByPeer(int protocol) {
        carriedByPeer(Role.CLIENT, Role.VIP, Role.TARGET, protocol);
    }

    /** The main table's entry for what a role sends to another. */
    public Optional<Tables.Flow> flow(Role from, Role to, int protocol) {
        return Optional.ofNullable(path.tables().read().flows().get(key(from, to, protocol)));
    }

    public Optional<Tables.HalfOpen> halfOpen(Role client, Role vip, int protocol) {
        return Optional.ofNullable(path.tables().read().halfOpen().get(key(client, vip, protocol)));
    }

    public Tables.Key key(Role from, Role to, int protocol) {
        return new Tables.Key(from.address(family), from.port(), to.address(family), to.port(), protocol);
    }

    /** The last packet's fate must have been said. */
    void finish() {
        assertThat(open).as("a packet whose fate is not said").isNull();
    }

    /** Reasons counted at the row's own hook. */
    Set<Reason> seen() {
        return seen;
    }
}
