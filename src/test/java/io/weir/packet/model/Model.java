package io.weir.packet.model;

import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.FIN;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.SYN;
import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;

import io.weir.dataplane.Reason;
import io.weir.packet.Counters.Count;
import io.weir.packet.Hook;
import io.weir.packet.PeerFlows;
import io.weir.packet.Setup;
import io.weir.packet.Side;
import io.weir.packet.Tables.Key;
import io.weir.packet.Tables.PieceKey;
import io.weir.packet.Tables.State;
import java.util.Optional;

/**
 * What becomes of each packet. Reads like the design: find the flow, or open one, translate, send on.
 */
final class Model {

    private static final int PIECE_SECONDS = 60;
    private static final int FIN_CLIENT = 1;
    private static final int FIN_TARGET = 2;
    private static final int RESET = 4;
    private static final int OVER = 16;

    final Memory memory;
    private Setup setup;
    private Choice choice;

    /** @param room connections in the flow tables */
    Model(Setup setup, int room) {
        this.memory = new Memory(room);
        install(setup);
    }

    /** @param frame what the packet became; null when it is dropped, where nobody cares */
    record Outcome(Hook.Verdict verdict, byte[] frame) {}

    /** What the node learns of a peer's flow. */
    void told(Histories.Word word) {
        switch (word.what()) {
            case CARRIES -> memory.shadows.put(word.owner(), word.flow());
            case ENDED -> memory.shadows.remove(word.owner(), PeerFlows.key(word.flow()));
            case SHARED -> memory.shadows.handOver(word.owner(), word.other(), word.flow());
            case LEFT -> memory.shadows.claim(word.owner(), word.flow(), choice, setup);
        }
    }

    void install(Setup changed) {
        setup = changed;
        choice = new Choice(changed);
    }

    /** A flow's direction, and whether it is in the main table. */
    private record Found(Memory.Flow flow, boolean confirmed) {}

    /** A reason not to translate. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Reason reason;

        Refusal(Reason reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }
    }

    Outcome run(Hook hook, Side side, byte[] frame) {
        Reading packet = new Reading(frame);
        try {
            if (packet.refused != Reason.NONE) {
                throw new Refusal(packet.refused);
            }
            return packet.protocol == TCP || packet.protocol == UDP
                    ? balance(hook, side, packet)
                    : error(hook, side, packet);
        } catch (Refusal refusal) {
            memory.count(refusal.reason);
            boolean dropped = refusal.reason.verdict() == Reason.Verdict.DROPPED;
            return new Outcome(dropped ? Hook.Verdict.DROPPED : Hook.Verdict.PASSED, frame);
        }
    }

    private Outcome balance(Hook hook, Side side, Reading packet) throws Refusal {
        if (packet.later) {
            recall(packet);
        }
        if (!choice.isListened(packet.destinationPort, packet.protocol) && !choice.isTargetPort(packet.sourcePort)) {
            throw new Refusal(Reason.NOT_SERVICE);
        }
        Memory.Flow known = memory.flows.get(packet.key());
        boolean ours = known != null && (hook != Hook.EGRESS || known.reply) && goesOn(hook, side, packet, known);
        Found found = ours ? new Found(known, true) : open(hook, side, packet);
        return carry(hook, side, packet, found);
    }

    private void recall(Reading packet) throws Refusal {
        Memory.Piece piece = memory.pieces.get(pieceKey(packet));
        if (piece == null || memory.now - piece.seen > (long) PIECE_SECONDS * Setup.HZ) {
            throw new Refusal(Reason.FRAGMENT_UNKNOWN);
        }
        packet.sourcePort = piece.sourcePort;
        packet.destinationPort = piece.destinationPort;
    }

    private static PieceKey pieceKey(Reading packet) {
        return new PieceKey(packet.source, packet.destination, packet.identification, packet.protocol);
    }

    private static boolean opens(Reading packet) {
        return packet.protocol == UDP || (packet.tcpFlags & (SYN | ACK | RST | FIN)) == SYN;
    }

    /** What a packet does to its flow; false when the flow has ended and the packet begins anew. */
    private boolean goesOn(Hook hook, Side side, Reading packet, Memory.Flow flow) {
        boolean isDone = (flow.flags & OVER) != 0 || (packet.tcpFlags & (SYN | RST)) != 0;
        boolean isPast = flow.state == State.CLOSING && isDone && flow.reply && answersAnother(packet);
        if (flow.state == State.REPLACED || isPast) {
            return false;
        }
        Memory.Flow twin = memory.twin(flow);
        long silence = memory.now - flow.seen;
        boolean quiet = silence >= Setup.HZ;
        boolean isLast = flow.state == State.CLOSING && (packet.tcpFlags & (SYN | FIN | RST)) == 0;
        if (isLast && (flow.flags & OVER) == 0 && takesFin(packet, flow) && isFromTarget(hook, side, packet)) {
            flow.flags |= OVER;
            if (twin != null) {
                twin.flags |= OVER;
            }
        }
        if ((packet.tcpFlags & (FIN | RST)) != 0) {
            if (flow.reply && !isFromTarget(hook, side, packet)) {
                flow.seen = memory.now;
            } else {
                close(packet, flow, twin);
            }
            return true;
        }
        // A datagram looks at the clock once a second, a SYN always.
        boolean looks = packet.protocol == UDP ? quiet : opens(packet);
        if (looks && !flow.reply && ((flow.flags & OVER) != 0 || memory.isOver(flow, packet.protocol))) {
            memory.replace(flow);
            return false;
        }
        if (packet.protocol == TCP && beginsAnew(hook, side, packet, flow)) {
            restart(flow, twin);
        }
        if (quiet) {
            if ((packet.tcpFlags & SYN) == 0) {
                revive(flow, twin);
            }
            flow.seen = memory.now;
        }
        return true;
    }

    /** Whether the target answers what the client has begun since. */
    private boolean answersAnother(Reading packet) {
        return choice.target(packet.source, packet.sourcePort)
                .map(target -> memory.halfOpen(packet.destination, packet.destinationPort, packet.protocol, target))
                .isPresent();
    }

    /** Whether a packet with a target's address came by the interface that leads there; a tag may hide that. */
    private boolean isFromTarget(Hook hook, Side side, Reading packet) {
        boolean isHidden = packet.tagged && hook != Hook.EGRESS && Way.mayBeTagged(packet.source);
        if (isHidden || Way.leadsTo(packet.source, side)) {
            return true;
        }
        memory.count(Reason.REPLY_UNPROVEN);
        return false;
    }

    /** Whether a target's packet says that it has had the client's FIN. */
    private static boolean takesFin(Reading packet, Memory.Flow flow) {
        return flow.reply
                && (packet.tcpFlags & ACK) != 0
                && (flow.flags & FIN_CLIENT) != 0
                && ((packet.frame.u32(packet.transport + 8) - flow.fin) & 0xffffff) == 0;
    }

    /** A client after an RST of its own, or a target that takes another connection after FIN. */
    private boolean beginsAnew(Hook hook, Side side, Reading packet, Memory.Flow flow) {
        if (flow.state != State.CLOSING) {
            return opens(packet) && !flow.reply && (flow.flags & RESET) != 0;
        }
        boolean answer = (packet.tcpFlags & (SYN | ACK)) == (SYN | ACK);
        return answer && flow.reply && (flow.flags & OVER) == 0 && isFromTarget(hook, side, packet);
    }

    private void close(Reading packet, Memory.Flow flow, Memory.Flow twin) {
        boolean reset = (packet.tcpFlags & RST) != 0;
        boolean taken = takesFin(packet, flow);
        if (!flow.reply && twin != null && (packet.tcpFlags & FIN) != 0) {
            twin.fin = behindFin(packet);
        }
        if (reset && flow.reply && flow.state == State.ESTABLISHED && memory.now - flow.created <= Setup.HZ) {
            memory.count(flow.target, Count.EARLY_RESETS, 1);
        }
        flow.flags |= reset ? RESET : flow.reply ? FIN_TARGET : FIN_CLIENT;
        if (flow.reply && (reset || taken)) {
            flow.flags |= OVER;
        }
        boolean bothEnded = (flow.flags & FIN_TARGET) != 0 && (flow.flags & (FIN_CLIENT | RESET)) != 0;
        boolean closing = bothEnded || (reset && flow.reply);
        flow.seen = memory.now;
        if (closing) {
            flow.state = State.CLOSING;
        }
        if (twin != null) {
            twin.flags = flow.flags;
            if (closing) {
                twin.state = State.CLOSING;
                twin.seen = memory.now;
            }
        }
    }

    /** What acknowledges the FIN of a packet. */
    private static int behindFin(Reading packet) {
        int headers = packet.transport - packet.network + (packet.frame.u8(packet.transport + 12) >> 4) * 4;
        return packet.frame.u32(packet.transport + 4) + packet.bytes() - headers + 1;
    }

    /** An RST that nothing came of was forged. */
    private static void revive(Memory.Flow flow, Memory.Flow twin) {
        if ((flow.flags & RESET) == 0 || (flow.flags & (FIN_CLIENT | FIN_TARGET)) == (FIN_CLIENT | FIN_TARGET)) {
            return;
        }
        flow.flags &= ~(RESET | OVER);
        flow.state = State.ESTABLISHED;
        if (twin != null) {
            twin.flags &= ~(RESET | OVER);
            twin.state = State.ESTABLISHED;
        }
    }

    private static void restart(Memory.Flow flow, Memory.Flow twin) {
        flow.flags = 0;
        flow.state = State.ESTABLISHED;
        if (twin != null) {
            twin.flags = 0;
            twin.state = State.ESTABLISHED;
        }
    }

    private Found open(Hook hook, Side side, Reading packet) throws Refusal {
        Optional<Integer> sender = choice.target(packet.source, packet.sourcePort);
        if (choice.isTargetPort(packet.sourcePort) && sender.isPresent()) {
            Memory.HalfOpen half =
                    memory.halfOpen(packet.destination, packet.destinationPort, packet.protocol, sender.get());
            if (half != null) {
                half.seen = memory.now;
                boolean confirms = concernsHandshake(packet, half) && answerConfirms(hook, side, packet, half);
                boolean confirmed = confirms && confirm(packet, half);
                return new Found(memory.flow(half, choice, true), confirmed);
            }
        }
        boolean takes = packet.protocol == UDP || !opens(packet);
        if (takes && choice.isTargetPort(packet.sourcePort)) {
            Optional<Memory.HalfOpen> shadowed = memory.shadows.ofTarget(packet.key(), choice);
            if (shadowed.isPresent()) {
                return promoteReply(hook, side, packet, shadowed.get());
            }
        }
        if (hook == Hook.EGRESS || !choice.isListened(packet.destinationPort, packet.protocol)) {
            throw new Refusal(Reason.NOT_SERVICE);
        }
        if (takes && memory.shadows.isOfVip(packet.key()) && !isBegunAnew(packet)) {
            Optional<Memory.HalfOpen> shadowed = memory.shadows.ofVip(packet.key(), choice);
            if (shadowed.isPresent()) {
                return promoteForward(packet, shadowed.get());
            }
            if (packet.protocol == TCP) {
                throw new Refusal(Reason.NO_TARGET);
            }
        }
        return openForward(side, packet);
    }

    private Found promoteReply(Hook hook, Side side, Reading packet, Memory.HalfOpen shadowed) {
        Memory.Flow flow = memory.flow(shadowed, choice, true);
        boolean takes = (packet.tcpFlags & SYN) == 0 && isFromTarget(hook, side, packet);
        return new Found(flow, takes && !isInTheWay(shadowed) && promote(packet, shadowed));
    }

    private Found promoteForward(Reading packet, Memory.HalfOpen shadowed) throws Refusal {
        Memory.Flow flow = memory.flow(shadowed, choice, false);
        if (isInTheWay(shadowed)) {
            throw new Refusal(Reason.REPLY_TAKEN);
        }
        return new Found(flow, promote(packet, shadowed));
    }

    /** Whether another flow's replies keep one out of the main table where there is room for it. */
    private boolean isInTheWay(Memory.HalfOpen shadowed) {
        return !memory.isCrowded(shadowed, setup)
                && !memory.isFollowed(shadowed.key)
                && memory.isTaken(shadowed, choice);
    }

    private boolean promote(Reading packet, Memory.HalfOpen shadowed) {
        boolean already = memory.isFollowed(shadowed.key);
        boolean confirmed = confirm(packet, shadowed);
        if (confirmed && !already) {
            memory.count(Reason.PROMOTED);
        }
        return confirmed;
    }

    /** Whether a client's packet belongs to what it has begun here since; what was picked up did not begin here. */
    private boolean isBegunAnew(Reading packet) {
        Memory.HalfOpen half = memory.halfOpen(packet.key());
        if (half == null || isPickedUp(half)) {
            return false;
        }
        boolean isHandshake = half.state == State.SYN_SENT || half.state == State.SYN_RECEIVED;
        return !isHandshake || (packet.tcpFlags & RST) != 0 || completes(packet, half);
    }

    private static boolean completes(Reading packet, Memory.HalfOpen half) {
        if ((packet.tcpFlags & (ACK | SYN)) != ACK) {
            return false;
        }
        int ahead = packet.frame.u32(packet.transport + 8) - half.acknowledgment;
        return ahead >= 0 && ahead < 65536;
    }

    /** Whether a packet that may change something about a half-open flow is its target's, and confirms it. */
    private boolean answerConfirms(Hook hook, Side side, Reading packet, Memory.HalfOpen half) {
        boolean proven = isFromTarget(hook, side, packet);
        half.answered |= !proven && packet.protocol == TCP && (packet.tcpFlags & RST) == 0;
        return proven && targetConfirms(packet, half);
    }

    private Found openForward(Side side, Reading packet) throws Refusal {
        Optional<Setup.Listener> listener = choice.listener(packet, side);
        if (listener.isPresent() && !listener.get().pickUp() && packet.isForMany()) {
            throw new Refusal(Reason.NOT_UNICAST);
        }
        boolean opens = opens(packet) && listener.isPresent();
        Memory.HalfOpen half = memory.halfOpen(packet.key());
        boolean isNew = half == null;
        if (isNew && listener.isEmpty()) {
            throw new Refusal(Reason.NOT_SERVICE);
        }
        if (isNew && !opens && !listener.get().pickUp()) {
            throw new Refusal(Reason.NO_FLOW);
        }
        if (isNew) {
            half = begun(listener.get(), packet);
        }
        half.seen = memory.now;
        if (!isNew && opens && !packet.later) {
            Memory.HalfOpen moved = moved(half, listener.get(), packet);
            isNew = moved != half;
            half = moved;
        }
        Memory.Flow flow = memory.flow(half, choice, false);
        if (!packet.later && (packet.tcpFlags & (FIN | RST)) == FIN && isPickedUp(half)) {
            half.state = State.PICKED_UP_FIN;
            half.acknowledgment = behindFin(packet);
        }
        boolean confirms = !isNew && !packet.later && clientConfirms(packet, half);
        if (confirms && !memory.isCrowded(half, setup) && memory.isTaken(half, choice)) {
            throw new Refusal(Reason.REPLY_TAKEN);
        }
        return new Found(flow, confirms && confirm(packet, half));
    }

    private static boolean isPickedUp(Memory.HalfOpen half) {
        return half.state == State.PICKED_UP || half.state == State.PICKED_UP_FIN;
    }

    private boolean confirm(Reading packet, Memory.HalfOpen half) {
        return memory.confirm(half, choice, memory.isCrowded(half, setup), (forward, reply) -> {
            if (half.state == State.PICKED_UP_FIN) {
                reply.fin = half.acknowledgment;
                reply.flags = FIN_CLIENT;
                forward.flags = FIN_CLIENT;
            }
            // A handshake is not completed by an RST, but a peer's flow may end with its first packet here.
            if ((packet.tcpFlags & (half.state == State.SHADOWED ? FIN | RST : FIN)) != 0) {
                boolean byClient = packet.key().equals(half.key);
                close(packet, byClient ? forward : reply, byClient ? reply : forward);
            }
        });
    }

    private Memory.HalfOpen begun(Setup.Listener listener, Reading packet) throws Refusal {
        State state = packet.protocol == UDP ? State.UDP_NEW : opens(packet) ? State.SYN_SENT : State.PICKED_UP;
        int target = chosen(listener, packet);
        if (state != State.PICKED_UP) {
            requireWithinLimits(packet, target);
        }
        Memory.HalfOpen half = new Memory.HalfOpen(packet.key(), listener.proxy(), target, state);
        return memory.isShared(half) ? elsewhere(half, listener, packet) : memory.begin(half);
    }

    private void requireWithinLimits(Reading packet, int target) throws Refusal {
        if (!memory.takesSource(packet.source, setup)) {
            throw new Refusal(Reason.SOURCE_LIMITED);
        }
        if (!memory.takesTarget(target, setup)) {
            throw new Refusal(Reason.TARGET_LIMITED);
        }
    }

    /** A flow whose client asks again begins anew elsewhere, if its target answers the client's port for another VIP. */
    private Memory.HalfOpen moved(Memory.HalfOpen half, Setup.Listener listener, Reading packet) throws Refusal {
        boolean stays = isPickedUp(half) || half.state == State.ESTABLISHED;
        if (stays || choice.inTurn(listener, packet).isEmpty() || !memory.isTaken(half, choice)) {
            return half;
        }
        return elsewhere(half, listener, packet);
    }

    private Memory.HalfOpen elsewhere(Memory.HalfOpen half, Setup.Listener listener, Reading packet) throws Refusal {
        State state = packet.protocol == UDP ? State.UDP_NEW : State.SYN_SENT;
        boolean stays = isPickedUp(half) || packet.later;
        return choice.inTurn(listener, packet).stream()
                .filter(target -> !stays)
                .map(target -> new Memory.HalfOpen(half.key, listener.proxy(), target, state))
                .filter(other -> !memory.isTaken(other, choice) && !memory.isShared(other))
                .filter(other -> memory.takesTarget(other.target, setup))
                .findFirst()
                .map(memory::begin)
                .orElseThrow(() -> new Refusal(Reason.REPLY_TAKEN));
    }

    private int chosen(Setup.Listener listener, Reading packet) throws Refusal {
        Choice.Result result = choice.choose(listener, packet);
        if (result.refused() != Reason.NONE) {
            throw new Refusal(result.refused());
        }
        return result.target();
    }

    private boolean clientConfirms(Reading packet, Memory.HalfOpen half) {
        if (packet.protocol == UDP) {
            return half.state != State.UDP_NEW || memory.isLasting(half);
        }
        if ((packet.tcpFlags & RST) != 0) {
            if (half.state == State.SYN_SENT || half.state == State.SYN_RECEIVED) {
                memory.forget(half);
            }
            return false;
        }
        return half.state == State.ESTABLISHED || (half.state == State.SYN_RECEIVED && completes(packet, half));
    }

    /** Whether a packet of the target changes anything about a half-open flow. */
    private boolean concernsHandshake(Reading packet, Memory.HalfOpen half) {
        if (packet.later) {
            return false;
        }
        if (packet.protocol == UDP) {
            return half.state != State.UDP_ANSWERED || memory.isLasting(half);
        }
        return (packet.tcpFlags & (SYN | RST)) != 0 || isPickedUp(half) || half.state == State.ESTABLISHED;
    }

    private boolean targetConfirms(Reading packet, Memory.HalfOpen half) {
        if (packet.protocol == UDP) {
            if (half.state == State.ESTABLISHED || memory.isLasting(half)) {
                return true;
            }
            half.state = State.UDP_ANSWERED;
            return false;
        }
        if ((packet.tcpFlags & RST) != 0) {
            if (half.state == State.SYN_SENT || half.state == State.SYN_RECEIVED) {
                memory.count(half.target, Count.HANDSHAKE_RESETS, 1);
            }
            memory.forget(half);
            return false;
        }
        if ((packet.tcpFlags & SYN) != 0) {
            if (half.state != State.ESTABLISHED) {
                half.state = State.SYN_RECEIVED;
                half.acknowledgment = packet.frame.u32(packet.transport + 4) + 1;
            }
            return false;
        }
        if ((packet.tcpFlags & FIN) != 0 && half.state == State.ESTABLISHED) {
            half.state = State.CLOSING;
            return false;
        }
        return isPickedUp(half) || half.state == State.ESTABLISHED;
    }

    private Outcome carry(Hook hook, Side side, Reading packet, Found found) throws Refusal {
        Memory.Flow flow = found.flow;
        Way way = Way.to(flow.reply ? packet.destination : flow.address, hook, side);
        Reason obstacle = hook == Hook.EGRESS ? Reason.NONE : obstacle(packet, way);
        if (flow.reply && obstacle == Reason.NO_NEIGHBOUR) {
            throw new Refusal(Reason.REPLY_NO_NEIGHBOUR);
        }
        memory.count(flow.target, flow.reply ? Count.PACKETS_REPLY : Count.PACKETS_FORWARD, 1);
        memory.count(flow.target, flow.reply ? Count.BYTES_REPLY : Count.BYTES_FORWARD, packet.bytes());
        if (setup.totals() && found.confirmed) {
            memory.countTotals(packet.key(), packet.bytes());
        }
        if (obstacle == Reason.LINK_UNREACHABLE) {
            throw new Refusal(obstacle);
        }
        if (flow.reply && obstacle == Reason.TTL_EXCEEDED) {
            throw new Refusal(Reason.REPLY_TTL_EXCEEDED);
        }
        if (flow.reply && obstacle == Reason.MTU_EXCEEDED && packet.whole) {
            throw new Refusal(Reason.REPLY_MTU_EXCEEDED);
        }
        if (packet.first) {
            memory.pieces.put(
                    pieceKey(packet), new Memory.Piece(packet.sourcePort, packet.destinationPort, memory.now));
        }
        Translation translation = new Translation(packet, hook);
        translation.translate(flow);
        return leave(hook, flow, translation, way, obstacle);
    }

    private Outcome leave(Hook hook, Memory.Flow flow, Translation translation, Way way, Reason obstacle) {
        if (hook == Hook.EGRESS) {
            return new Outcome(Hook.Verdict.PASSED, translation.bytes());
        }
        if (obstacle == Reason.NONE) {
            translation.route(way);
            return new Outcome(Hook.Verdict.SENT, translation.bytes());
        }
        memory.count(obstacle);
        if (obstacle == Reason.LINK_LOCAL && hook == Hook.INGRESS) {
            translation.routeToLink();
            return new Outcome(Hook.Verdict.SENT, translation.bytes());
        }
        boolean toLoopback6 = hook == Hook.INGRESS
                && obstacle == Reason.LOCAL_TARGET
                && !flow.reply
                && flow.address.toString().equals("::1");
        if (toLoopback6) {
            translation.toLoopback();
            return new Outcome(Hook.Verdict.SENT, translation.bytes());
        }
        return new Outcome(Hook.Verdict.PASSED, translation.bytes());
    }

    /** Nothing that needs the stack may get there: it knows the address on another interface, or on none. */
    private static Reason linkObstacle(Reading packet, Way way) {
        if (way.obstacle() == Reason.LINK_UNREACHABLE
                || packet.tagged
                || packet.options
                || packet.bytes() > way.side().mtu()) {
            return Reason.LINK_UNREACHABLE;
        }
        return packet.hops <= 1 ? Reason.TTL_EXCEEDED : Reason.LINK_LOCAL;
    }

    private static Reason obstacle(Reading packet, Way way) {
        if (way.obstacle() == Reason.LINK_LOCAL || way.obstacle() == Reason.LINK_UNREACHABLE) {
            return linkObstacle(packet, way);
        }
        if (packet.tagged) {
            return Reason.VLAN;
        }
        if (packet.options) {
            return Reason.IP_OPTIONS;
        }
        if (way.obstacle() != Reason.NONE) {
            return way.obstacle();
        }
        if (packet.hops <= 1) {
            return Reason.TTL_EXCEEDED;
        }
        int mtu = Math.min(way.side().mtu(), 1500);
        return packet.bytes() > mtu ? Reason.MTU_EXCEEDED : Reason.NONE;
    }

    /** An ICMP error is about the flow whose packet it quotes. */
    private Outcome error(Hook hook, Side side, Reading packet) throws Refusal {
        if (!Quote.isError(packet)) {
            throw new Refusal(Reason.PROTOCOL);
        }
        Quote quote = new Quote(packet);
        if (quote.refused != Reason.NONE) {
            throw new Refusal(quote.refused);
        }
        Key answer = quote.answer();
        if (!packet.destination.equals(answer.destination())) {
            throw new Refusal(Reason.ICMP_UNMATCHED);
        }
        if (!choice.isListened(answer.destinationPort(), answer.protocol())
                && !choice.isTargetPort(answer.sourcePort())) {
            throw new Refusal(Reason.ICMP_UNMATCHED);
        }
        Memory.Flow flow = quoted(answer);
        if (flow == null || (hook == Hook.EGRESS && !flow.reply)) {
            throw new Refusal(Reason.ICMP_UNMATCHED);
        }
        Way way = Way.to(flow.reply ? packet.destination : flow.address, hook, side);
        Reason obstacle = hook == Hook.EGRESS ? Reason.NONE : obstacle(packet, way);
        if (obstacle == Reason.LINK_UNREACHABLE) {
            throw new Refusal(obstacle);
        }
        Translation translation = new Translation(packet, hook);
        translation.translateError(quote, flow);
        return leave(hook, flow, translation, way, obstacle);
    }

    private Memory.Flow quoted(Key answer) {
        Memory.Flow flow = memory.flows.get(answer);
        if (flow != null && flow.state != State.REPLACED) {
            return flow;
        }
        Optional<Integer> target = choice.target(answer.source(), answer.sourcePort());
        if (target.isPresent()) {
            Memory.HalfOpen half =
                    memory.halfOpen(answer.destination(), answer.destinationPort(), answer.protocol(), target.get());
            if (half != null) {
                return memory.flow(half, choice, true);
            }
        }
        Memory.HalfOpen half = memory.halfOpen(answer);
        return half == null ? shadowed(answer) : memory.flow(half, choice, false);
    }

    /** The flow of a peer that a quoted packet belonged to; null if there is none. */
    private Memory.Flow shadowed(Key answer) {
        return memory.shadows
                .ofTarget(answer, choice)
                .map(shadowed -> memory.flow(shadowed, choice, true))
                .or(() -> memory.shadows.ofVip(answer, choice).map(shadowed -> memory.flow(shadowed, choice, false)))
                .orElse(null);
    }
}
