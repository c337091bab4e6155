package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.ROUTER;
import static io.weir.packet.Role.SERVER_ROUTER;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.Arrays;
import java.util.List;

/** ICMP errors are matched by what they quote and translated outside and inside. */
final class IcmpRows {

    private static final int NEXT_HOP_MTU = 1280;

    private IcmpRows() {}

    static List<Row> all() {
        return List.of(
                Row.of(
                                "a router's error about what went to a target reaches the client as if about what it sent",
                                story -> {
                                    story.handshake();
                                    Packet data = story.tcp(CLIENT, VIP, ACK);
                                    answers(story, SERVER_ROUTER, data.toward(TARGET), data, Integer.MAX_VALUE);
                                })
                        .everywhere(),
                Row.of("a target's own error comes from the VIP", story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            answers(story, TARGET, data.toward(TARGET), data, Integer.MAX_VALUE);
                        })
                        .everywhere(),
                Row.of("an error about what went to a client reaches the target as if about what it sent", story -> {
                    story.handshake();
                    Packet data = story.tcp(TARGET, CLIENT, ACK);
                    asks(story, ROUTER, data.outOf(VIP), data, Integer.MAX_VALUE);
                }),
                Row.of("a client's own error reaches the target", story -> {
                    story.handshake();
                    Packet data = story.tcp(TARGET, CLIENT, ACK);
                    asks(story, CLIENT, data.outOf(VIP), data, Integer.MAX_VALUE);
                }),
                Row.of("a quote that ends before the checksum is translated as far as it goes", story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            answers(story, SERVER_ROUTER, data.toward(TARGET), data, 8);
                        })
                        .everywhere(),
                Row.of("an error about a SYN is translated from the half-open table, both ways", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            answers(story, SERVER_ROUTER, syn.toward(TARGET), syn, Integer.MAX_VALUE);
                            if (story.hook() != Hook.EGRESS) {
                                Packet synAck = story.synAck(TARGET, CLIENT);
                                asks(story, ROUTER, synAck.outOf(VIP), synAck, Integer.MAX_VALUE);
                            }
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.SYN_SENT);
                        })
                        .everywhere(),
                Row.of("errors about datagrams are translated, with and without a checksum", story -> {
                            Packet datagram = story.udp(CLIENT, VIP, 40);
                            story.asks(datagram);
                            answers(story, TARGET, datagram.toward(TARGET), datagram, Integer.MAX_VALUE);
                            if (story.v4()) {
                                Transport.Udp udp = (Transport.Udp) datagram.transport();
                                Packet bare = datagram.with(
                                        new Transport.Udp(udp.sourcePort(), udp.destinationPort(), false, udp.data()));
                                answers(story, TARGET, bare.toward(TARGET), bare, Integer.MAX_VALUE);
                            }
                        })
                        .everywhere(),
                Row.of("an error changes nothing about its flow", story -> {
                    story.handshake();
                    story.later(2);
                    story.answers(story.tcp(TARGET, CLIENT, RST));
                    story.later(5);
                    Packet data = story.tcp(CLIENT, VIP, ACK);
                    answers(story, SERVER_ROUTER, data.toward(TARGET), data, Integer.MAX_VALUE);
                    assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow().state())
                            .isEqualTo(State.CLOSING);
                    assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow().idle())
                            .isEqualTo(5);
                }),
                Row.of("an error that quotes a quote's padding is not led astray by it", story -> {
                    story.handshake();
                    Packet data = story.tcp(CLIENT, VIP, ACK);
                    Packet error = error(story, SERVER_ROUTER, CLIENT, data.toward(TARGET), 8);
                    Packet expected = error(story, SERVER_ROUTER, CLIENT, data, 8);
                    byte[] frame = Arrays.copyOf(error.frame(), error.frame().length + 20);
                    byte[] wanted =
                            Arrays.copyOf(expected.routed(Side.CLIENTS, CLIENT).frame(), frame.length);
                    DataPath.Outcome outcome = story.path().run(story.hook(), Side.SERVERS, frame);
                    assertThat(outcome.frame()).isEqualTo(wanted);
                }),
                Row.of("an error makes a half-open flow no younger", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    story.later(5);
                    answers(story, SERVER_ROUTER, syn.toward(TARGET), syn, Integer.MAX_VALUE);
                    Packet synAck = story.synAck(TARGET, CLIENT);
                    asks(story, ROUTER, synAck.outOf(VIP), synAck, Integer.MAX_VALUE);
                    assertThat(story.halfOpen(CLIENT, VIP, TCP).orElseThrow().idle())
                            .isEqualTo(5);
                }),
                Row.of("an error about a flow that a SYN replaced is about no flow", story -> {
                    story.handshake();
                    story.later(2);
                    story.answers(story.tcp(TARGET, CLIENT, RST));
                    story.weights(OTHER_TARGET);
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn)
                            .ending(TARGET)
                            .counting(OTHER_TARGET, Count.SYNS)
                            .sent(story.forwarded(syn, OTHER_TARGET));
                    // What quotes the client's answer is about the new, half-open flow.
                    Packet synAck = story.synAck(OTHER_TARGET, CLIENT);
                    Packet error = error(story, ROUTER, VIP, synAck.outOf(VIP), Integer.MAX_VALUE);
                    story.client(error)
                            .sent(error(story, ROUTER, OTHER_TARGET, synAck, Integer.MAX_VALUE)
                                    .routed(Side.SERVERS, OTHER_TARGET));
                }),
                Row.of("a quote with extension headers is matched by what is behind them", story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, VIP, ACK)
                                    .withExtensions(
                                            ForwardRows.padding(Packet.HOP_BY_HOP),
                                            ForwardRows.padding(Packet.DESTINATION));
                            answers(story, SERVER_ROUTER, data.toward(TARGET), data, Integer.MAX_VALUE);
                            story.asks(story.udp(CLIENT, VIP));
                            Packet datagram = story.udp(CLIENT, VIP, 1400);
                            Packet sent = datagram.toward(TARGET).pieces(600).getFirst();
                            answers(
                                    story,
                                    SERVER_ROUTER,
                                    sent,
                                    datagram.pieces(600).getFirst(),
                                    60);
                        })
                        .in(Family.V6)
                        .everywhere(),
                Row.of("an error that quotes a later piece behind a fragment header passes", story -> {
                            story.handshake();
                            Packet piece =
                                    story.udp(CLIENT, TARGET, 1400).pieces(600).getLast();
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, CLIENT, piece, 60))
                                    .passed(Reason.ICMP_UNMATCHED);
                        })
                        .in(Family.V6)
                        .everywhere()
                        .counting(Reason.ICMP_UNMATCHED),
                Row.of("an error about no flow of ours passes", story -> {
                            Packet stranger = story.tcp(OTHER_CLIENT, TARGET, ACK);
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, OTHER_CLIENT, stranger, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                            Packet other =
                                    story.tcp(OTHER_CLIENT, TARGET, ACK).toward(TARGET.address(story.family()), 22);
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, OTHER_CLIENT, other, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                            Packet ping = stranger.with(
                                    new Transport.Icmp(story.family(), story.v4() ? 8 : 128, 0, 0, new byte[20]));
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, OTHER_CLIENT, ping, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                        })
                        .everywhere()
                        .counting(Reason.ICMP_UNMATCHED),
                Row.of("an error to another than the quoted packet's sender passes", story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, TARGET, ACK);
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, OTHER_CLIENT, data, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                        })
                        .everywhere()
                        .counting(Reason.ICMP_UNMATCHED),
                Row.of("at egress an error to a target is not ours", story -> {
                            story.handshake();
                            Packet data = story.tcp(TARGET, CLIENT, ACK).outOf(VIP);
                            story.here(Side.SERVERS, error(story, ROUTER, VIP, data, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                        })
                        .at(Hook.EGRESS)
                        .counting(Reason.ICMP_UNMATCHED),
                Row.of("an error that quotes a later piece passes", story -> {
                            story.handshake();
                            Packet piece = story.tcp(CLIENT, TARGET, ACK).as(new Packet.Piece(8, false));
                            story.here(Side.SERVERS, error(story, SERVER_ROUTER, CLIENT, piece, 100))
                                    .passed(Reason.ICMP_UNMATCHED);
                        })
                        .in(Family.V4)
                        .everywhere()
                        .counting(Reason.ICMP_UNMATCHED),
                Row.of("an error that quotes too little passes", story -> {
                            story.handshake();
                            Packet data = story.tcp(CLIENT, TARGET, ACK);
                            for (int bytes : new int[] {7, 0, -10}) {
                                story.here(Side.SERVERS, error(story, SERVER_ROUTER, CLIENT, data, bytes))
                                        .passed(Reason.TRUNCATED);
                            }
                        })
                        .everywhere()
                        .counting(Reason.TRUNCATED),
                Row.of(
                                "an error for a client that cannot be reached directly is translated and left to the stack",
                                story -> {
                                    story.handshake();
                                    Packet data = story.tcp(CLIENT, VIP, ACK);
                                    Packet error = error(story, SERVER_ROUTER, CLIENT, data.toward(TARGET), 100)
                                            .tagged(7);
                                    story.target(error)
                                            .rewritten(
                                                    Reason.VLAN,
                                                    error(story, SERVER_ROUTER, CLIENT, data, 100)
                                                            .tagged(7));
                                })
                        .counting(Reason.VLAN));
    }

    /** An error from the targets' side reaches the client. */
    static void answers(Story story, Role by, Packet wrong, Packet original, int quoted) {
        Packet error = error(story, by, CLIENT, wrong, quoted);
        Packet expected = error(story, by, CLIENT, original, quoted);
        if (by == TARGET) {
            expected = expected.outOf(VIP);
        }
        story.leaves(
                story.target(error), story.hook() == Hook.EGRESS ? expected : expected.routed(Side.CLIENTS, CLIENT));
    }

    /** An error from the clients' side reaches the target. */
    static void asks(Story story, Role by, Packet wrong, Packet original, int quoted) {
        Packet expected = error(story, by, TARGET, original, quoted).routed(Side.SERVERS, TARGET);
        story.client(error(story, by, VIP, wrong, quoted)).sent(expected.with(TARGET.mac(), Side.SERVERS.mac()));
    }

    /**
     * "Fragmentation needed" or "packet too big".
     *
     * @param quoted bytes behind the IP header
     */
    private static Packet error(Story story, Role by, Role to, Packet about, int quoted) {
        byte[] network = about.network();
        int header = story.v4() ? 20 : 40;
        byte[] quote = quoted > network.length ? network : Arrays.copyOf(network, header + quoted);
        return Packet.between(
                story.family(),
                by,
                to,
                new Transport.Icmp(story.family(), story.v4() ? 3 : 2, story.v4() ? 4 : 0, NEXT_HOP_MTU, quote));
    }
}
