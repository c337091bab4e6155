package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.FAR_CLIENT;
import static io.weir.packet.Role.LOOPBACK_TARGET;
import static io.weir.packet.Role.LOST_CLIENT;
import static io.weir.packet.Role.NARROW_TARGET;
import static io.weir.packet.Role.OWN_TARGET;
import static io.weir.packet.Role.REFUSED_TARGET;
import static io.weir.packet.Role.SILENT_CLIENT;
import static io.weir.packet.Role.SILENT_TARGET;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.TUNNELLED_TARGET;
import static io.weir.packet.Role.UNLINKED_TARGET;
import static io.weir.packet.Role.UNROUTED_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import java.util.List;
import java.util.function.UnaryOperator;

/** The way out, and what keeps a packet from taking it. */
final class ForwardRows {

    private static final byte[] ROUTER_ALERT = {(byte) 0x94, 4, 0, 0};

    private ForwardRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("a reply goes to the client's router", story -> {
                    story.handshake(FAR_CLIENT, VIP, TARGET);
                    Packet data = story.tcp(TARGET, FAR_CLIENT, ACK);
                    story.target(data).sent(story.returned(data, VIP, FAR_CLIENT));
                }),
                toTarget("the stack gets what goes to an address of this host", OWN_TARGET, Reason.LOCAL_TARGET),
                toTarget("the stack gets what goes to a loopback address", LOOPBACK_TARGET, Reason.LOCAL_TARGET)
                        .at(Hook.XDP),
                toTarget("the same at ingress", LOOPBACK_TARGET, Reason.LOCAL_TARGET)
                        .at(Hook.INGRESS)
                        .in(Family.V4),
                Row.of("at ingress, ::1 is reached by the loopback interface", story -> {
                            story.weights(LOOPBACK_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(LOOPBACK_TARGET, Count.SYNS)
                                    .noting(Reason.LOCAL_TARGET)
                                    .sent(syn.toward(LOOPBACK_TARGET).with(Mac.NONE, syn.from()));
                        })
                        .at(Hook.INGRESS)
                        .in(Family.V6)
                        .counting(Reason.LOCAL_TARGET),
                toTarget("without a route the stack decides", UNROUTED_TARGET, Reason.LOCAL_TARGET),
                toTarget(
                        "a neighbour whose MAC is not known is left to the stack to find",
                        SILENT_TARGET,
                        Reason.NO_NEIGHBOUR),
                toTarget("a route that refuses is left to the stack to say so", REFUSED_TARGET, Reason.NO_ROUTE),
                toTarget("a tunnel is left to the stack", TUNNELLED_TARGET, Reason.NOT_REDIRECTABLE),
                toTarget(
                                "XDP gives the stack what leaves by an interface that takes no redirect",
                                UNLINKED_TARGET,
                                Reason.NOT_REDIRECTABLE)
                        .at(Hook.XDP),
                Row.of("TC redirects to every interface", story -> {
                            story.weights(UNLINKED_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(UNLINKED_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, UNLINKED_TARGET));
                        })
                        .at(Hook.INGRESS),
                Row.of("what came by an interface that does not forward is left to the stack", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.here(Side.QUIET, syn)
                                    .counting(Count.SYNS)
                                    .rewritten(Reason.FORWARDING_OFF, syn.toward(TARGET));
                        })
                        .counting(Reason.FORWARDING_OFF),
                Row.of("what came by an interface that does not forward spoils the way of no other", story -> {
                            Packet quiet = story.syn(CLIENT, VIP);
                            story.here(Side.QUIET, quiet)
                                    .counting(Count.SYNS)
                                    .rewritten(Reason.FORWARDING_OFF, quiet.toward(TARGET));
                            for (int port = 5000; port < 5010; port++) {
                                Packet syn = quiet.outOf(CLIENT.address(story.family()), port);
                                story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            }
                        })
                        .counting(Reason.FORWARDING_OFF),
                Row.of(
                                "a reply to a client whose MAC is not known is left to the stack, and translated where it leaves",
                                story -> {
                                    Packet syn = story.syn(SILENT_CLIENT, VIP);
                                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                                    Packet synAck = story.synAck(TARGET, SILENT_CLIENT);
                                    story.target(synAck).passed(Reason.REPLY_NO_NEIGHBOUR);
                                })
                        .counting(Reason.REPLY_NO_NEIGHBOUR),
                Row.of("a reply without a route is translated and left to the stack", story -> {
                            Packet syn = story.syn(LOST_CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            Packet synAck = story.synAck(TARGET, LOST_CLIENT);
                            story.target(synAck).rewritten(Reason.NO_ROUTE, synAck.outOf(VIP));
                        })
                        .counting(Reason.NO_ROUTE),
                obstructed(
                        "a tagged packet is translated and left to the tag's device",
                        Reason.VLAN,
                        packet -> packet.tagged(7)),
                obstructed("so is one with two tags", Reason.VLAN, packet -> packet.tagged(7, 8)),
                obstructed(
                                "IP options are translated around and left to the stack to obey",
                                Reason.IP_OPTIONS,
                                packet -> packet.withOptions(ROUTER_ALERT))
                        .in(Family.V4),
                obstructed(
                                "so are hop-by-hop options",
                                Reason.IP_OPTIONS,
                                packet -> packet.withExtensions(padding(Packet.HOP_BY_HOP)))
                        .in(Family.V6),
                Row.of("other extension headers hinder nothing", story -> {
                            story.handshake();
                            Packet.Extension used = new Packet.Extension(Packet.ROUTING, new byte[] {4, 0, 0, 0, 0, 0});
                            story.asks(story.tcp(CLIENT, VIP, ACK)
                                    .withExtensions(padding(Packet.DESTINATION), used, padding(Packet.DESTINATION)));
                            story.answers(story.tcp(TARGET, CLIENT, ACK).withExtensions(padding(Packet.DESTINATION)));
                        })
                        .in(Family.V6),
                Row.of("a client's packet at the end of its hops is translated; the stack answers", story -> {
                            story.handshake();
                            for (int hops : new int[] {1, 0}) {
                                Packet data = story.tcp(CLIENT, VIP, ACK).withHops(hops);
                                story.client(data).rewritten(Reason.TTL_EXCEEDED, data.toward(TARGET));
                            }
                            Packet data = story.tcp(CLIENT, VIP, ACK).withHops(2);
                            story.client(data).sent(story.forwarded(data));
                        })
                        .counting(Reason.TTL_EXCEEDED),
                Row.of(
                                "a target's packet at the end of its hops stays as it is, so that the answer finds the target",
                                story -> {
                                    story.handshake();
                                    Packet data = story.tcp(TARGET, CLIENT, ACK).withHops(1);
                                    seenOnly(story, data).passed(Reason.REPLY_TTL_EXCEEDED);
                                })
                        .counting(Reason.REPLY_TTL_EXCEEDED),
                Row.of(
                                "a client's packet larger than the path is translated; the stack answers or fragments",
                                story -> {
                                    story.weights(NARROW_TARGET);
                                    story.handshake(CLIENT, VIP, NARROW_TARGET);
                                    Packet fits = sized(story, CLIENT, VIP, Side.NARROW.mtu());
                                    story.client(fits).sent(story.forwarded(fits, NARROW_TARGET));
                                    Packet large = sized(story, CLIENT, VIP, Side.NARROW.mtu() + 1);
                                    story.client(large).rewritten(Reason.MTU_EXCEEDED, large.toward(NARROW_TARGET));
                                })
                        .counting(Reason.MTU_EXCEEDED),
                Row.of(
                                "a target's packet larger than the path that must stay whole is left alone, so that the answer finds the target",
                                story -> {
                                    story.handshake();
                                    Packet large = sized(story, TARGET, CLIENT, Side.CLIENTS.mtu() + 1);
                                    seenOnly(story, large).passed(Reason.REPLY_MTU_EXCEEDED);
                                })
                        .counting(Reason.REPLY_MTU_EXCEEDED),
                Row.of(
                                "a target's packet larger than the path that may be cut is translated and left to the stack to cut",
                                story -> {
                                    story.handshake();
                                    Packet large = sized(story, TARGET, CLIENT, Side.CLIENTS.mtu() + 1)
                                            .as(new Packet.Piece(0, false));
                                    story.target(large).rewritten(Reason.MTU_EXCEEDED, large.outOf(VIP));
                                })
                        .in(Family.V4)
                        .counting(Reason.MTU_EXCEEDED),
                Row.of(
                                "a packet that will be cut into segments may be larger than the path, but its segments may not",
                                story -> {
                                    story.weights(NARROW_TARGET);
                                    story.handshake(CLIENT, VIP, NARROW_TARGET);
                                    Packet large = sized(story, CLIENT, VIP, 3000);
                                    int most = Side.NARROW.mtu() - (story.v4() ? 40 : 60);
                                    story.at(Hook.INGRESS, Side.CLIENTS, large.frame(), most)
                                            .sent(story.forwarded(large, NARROW_TARGET));
                                    story.at(Hook.INGRESS, Side.CLIENTS, large.frame(), most + 1)
                                            .rewritten(Reason.MTU_EXCEEDED, large.toward(NARROW_TARGET));
                                })
                        .at(Hook.INGRESS)
                        .counting(Reason.MTU_EXCEEDED),
                Row.of(
                        "a next hop is asked for again after a second, or at once when the node says that something changed",
                        story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.path().neighbour(TARGET, Role.THIRD_TARGET.mac());
                            try {
                                story.asks(data);
                                story.later(1.1);
                                story.client(data).sent(data.toward(TARGET).routed(Side.SERVERS, Role.THIRD_TARGET));
                                story.path().neighbour(TARGET, TARGET.mac());
                                story.client(data).sent(data.toward(TARGET).routed(Side.SERVERS, Role.THIRD_TARGET));
                                story.node(setup -> setup);
                                story.asks(data);
                            } finally {
                                story.path().neighbour(TARGET, TARGET.mac());
                            }
                        }));
    }

    /** A SYN whose target has an obstacle on the way; and one sent again. */
    private static Row toTarget(String sentence, Role target, Reason reason) {
        return Row.of(sentence, story -> {
                    story.weights(target);
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(target, Count.SYNS).rewritten(reason, syn.toward(target));
                    story.client(syn).rewritten(reason, syn.toward(target));
                })
                .counting(reason);
    }

    /** Data of both directions that the stack has to carry. */
    private static Row obstructed(String sentence, Reason reason, UnaryOperator<Packet> change) {
        return Row.of(sentence, story -> {
                    story.handshake();
                    Packet data = change.apply(story.tcp(CLIENT, VIP, ACK));
                    story.client(data).rewritten(reason, data.toward(TARGET));
                    Packet answer = change.apply(story.tcp(TARGET, CLIENT, ACK));
                    story.target(answer).rewritten(reason, answer.outOf(VIP));
                    assertThat(story.flow(CLIENT, VIP, Transport.TCP)).isPresent();
                })
                .counting(reason);
    }

    /** A target's packet that counts for it though it is not translated. */
    private static Step seenOnly(Story story, Packet packet) {
        return story.target(packet)
                .counting(Count.PACKETS_REPLY)
                .counting(TARGET, Count.BYTES_REPLY, packet.network().length);
    }

    /** A TCP packet of so many bytes with its IP header. */
    static Packet sized(Story story, Role from, Role to, int bytes) {
        int headers = (story.v4() ? 20 : 40) + 20;
        return Packet.between(
                story.family(),
                from,
                to,
                new Transport.Tcp(
                        from.port(),
                        to.port(),
                        ACK,
                        Story.CLIENT_ISN + 1,
                        Story.TARGET_ISN + 1,
                        new byte[0],
                        new byte[bytes - headers]));
    }

    /** An extension header of 8 bytes that says nothing (PadN). */
    static Packet.Extension padding(int type) {
        return new Packet.Extension(type, new byte[] {1, 4, 0, 0, 0, 0});
    }
}
