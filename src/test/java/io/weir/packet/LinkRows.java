package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.LINK_TARGET;
import static io.weir.packet.Role.NEAR_LINK_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import java.util.List;

/** Targets with link-local addresses, to which no route leads. */
final class LinkRows {

    private LinkRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("TC sends to a link-local target by the interface of its zone", story -> {
                            for (Role target : List.of(LINK_TARGET, NEAR_LINK_TARGET)) {
                                story.path().tables().clear();
                                story.weights(target);
                                handshake(story, target);
                                Packet data = story.tcp(CLIENT, VIP, ACK);
                                story.client(data).noting(Reason.LINK_LOCAL).sent(toLink(data, target));
                                Packet answer = story.tcp(target, CLIENT, ACK);
                                story.target(answer).sent(story.returned(answer));
                            }
                        })
                        .at(Hook.INGRESS)
                        .in(Family.V6)
                        .counting(Reason.LINK_LOCAL),
                Row.of("XDP leaves one on the clients' interface to the stack", story -> {
                            story.weights(NEAR_LINK_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(NEAR_LINK_TARGET, Count.SYNS)
                                    .rewritten(Reason.LINK_LOCAL, syn.toward(NEAR_LINK_TARGET));
                            Packet synAck = story.synAck(NEAR_LINK_TARGET, CLIENT);
                            story.target(synAck).sent(story.returned(synAck));
                        })
                        .at(Hook.XDP)
                        .in(Family.V6)
                        .counting(Reason.LINK_LOCAL),
                Row.of("XDP drops what is for one on another interface", story -> {
                            story.weights(LINK_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            counted(story.client(syn).counting(LINK_TARGET, Count.SYNS), syn)
                                    .dropped(Reason.LINK_UNREACHABLE);
                        })
                        .at(Hook.XDP)
                        .in(Family.V6)
                        .counting(Reason.LINK_UNREACHABLE),
                Row.of("what only the stack could carry there is dropped", story -> {
                            story.weights(LINK_TARGET);
                            handshake(story, LINK_TARGET);
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            Packet tagged = data.tagged(7);
                            counted(story.client(tagged), tagged).dropped(Reason.LINK_UNREACHABLE);
                            Packet extended = data.withExtensions(
                                    new Packet.Extension(Packet.HOP_BY_HOP, new byte[] {1, 4, 0, 0, 0, 0}));
                            counted(story.client(extended), extended).dropped(Reason.LINK_UNREACHABLE);
                            Packet fits = ForwardRows.sized(story, CLIENT, VIP, Side.NARROW.mtu());
                            story.client(fits).noting(Reason.LINK_LOCAL).sent(toLink(fits, LINK_TARGET));
                            Packet large = ForwardRows.sized(story, CLIENT, VIP, Side.NARROW.mtu() + 1);
                            counted(story.client(large), large).dropped(Reason.LINK_UNREACHABLE);
                            Packet last = data.withHops(1);
                            story.client(last).rewritten(Reason.TTL_EXCEEDED, last.toward(LINK_TARGET));
                        })
                        .at(Hook.INGRESS)
                        .in(Family.V6)
                        .counting(Reason.LINK_LOCAL, Reason.LINK_UNREACHABLE, Reason.TTL_EXCEEDED));
    }

    private static void handshake(Story story, Role target) {
        Packet syn = story.syn(CLIENT, VIP);
        story.client(syn).counting(target, Count.SYNS).noting(Reason.LINK_LOCAL).sent(toLink(syn, target));
        Packet synAck = story.synAck(target, CLIENT);
        story.target(synAck).sent(story.returned(synAck));
        Packet ack = story.tcp(CLIENT, VIP, ACK);
        story.client(ack)
                .counting(target, Count.HANDSHAKES)
                .confirming(target)
                .noting(Reason.LINK_LOCAL)
                .sent(toLink(ack, target));
    }

    /** The kernel writes the MACs when it has found the neighbour. */
    private static Packet toLink(Packet packet, Role target) {
        return packet.toward(target).with(Mac.NONE, Mac.NONE).withHops(packet.hops() - 1);
    }

    /** It counts for its target though it is not sent. */
    private static Step counted(Step step, Packet packet) {
        return step.counting(LINK_TARGET, Count.PACKETS_FORWARD)
                .counting(LINK_TARGET, Count.BYTES_FORWARD, packet.network().length);
    }
}
