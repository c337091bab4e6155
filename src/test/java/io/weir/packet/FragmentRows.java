package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.packet.Tables.State;
import java.util.List;

/** Datagrams in pieces: only the first has ports. */
final class FragmentRows {

    private static final int PIECE = 512;
    private static final int REMEMBERED_SECONDS = 60;

    private FragmentRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("all pieces of a client's datagram go to one target", story -> {
                    Packet datagram = story.udp(CLIENT, VIP, 1400);
                    sentInPieces(story, datagram);
                    assertThat(story.halfOpen(CLIENT, VIP, UDP).orElseThrow().state())
                            .as("later pieces are no second datagram")
                            .isEqualTo(State.UDP_NEW);
                }),
                Row.of("all pieces of a datagram of a confirmed flow go to its target", story -> {
                    story.exchange();
                    story.weights(Role.OTHER_TARGET);
                    sentInPieces(story, story.udp(CLIENT, VIP, 1400));
                }),
                Row.of("all pieces of a target's datagram come from the VIP", story -> {
                            story.exchange();
                            Packet datagram = story.udp(TARGET, CLIENT, 1400);
                            List<Packet> expected = datagram.outOf(VIP).pieces(PIECE);
                            List<Packet> pieces = datagram.pieces(PIECE);
                            for (int i = 0; i < pieces.size(); i++) {
                                Packet out = expected.get(i);
                                story.leaves(
                                        story.target(pieces.get(i)),
                                        story.hook() == Hook.EGRESS ? out : out.routed(Side.CLIENTS, CLIENT));
                            }
                        })
                        .everywhere(),
                Row.of("a late answer in pieces confirms the flow with its first piece", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            story.later(1.1);
                            Packet datagram = story.udp(TARGET, CLIENT, 1000);
                            Packet first = datagram.pieces(PIECE).getFirst();
                            Packet out = datagram.outOf(VIP).pieces(PIECE).getFirst();
                            story.leaves(
                                    story.target(first).confirming(TARGET),
                                    story.hook() == Hook.EGRESS ? out : out.routed(Side.CLIENTS, CLIENT));
                        })
                        .everywhere(),
                Row.of("a later piece whose first one was not seen passes", story -> {
                            Packet datagram = story.udp(CLIENT, VIP, 1400);
                            story.here(Side.CLIENTS, datagram.pieces(PIECE).get(1))
                                    .passed(Reason.FRAGMENT_UNKNOWN);
                            story.here(Side.CLIENTS, datagram.pieces(PIECE).getLast())
                                    .passed(Reason.FRAGMENT_UNKNOWN);
                        })
                        .everywhere()
                        .counting(Reason.FRAGMENT_UNKNOWN),
                Row.of("a piece of another datagram is not taken for one of this", story -> {
                            Packet datagram = story.udp(CLIENT, VIP, 1400);
                            Packet first = datagram.pieces(PIECE).getFirst();
                            story.client(first)
                                    .sent(datagram.toward(TARGET)
                                            .pieces(PIECE)
                                            .getFirst()
                                            .routed(Side.SERVERS, TARGET));
                            story.client(datagram.withIdentification(0x4321)
                                            .pieces(PIECE)
                                            .get(1))
                                    .passed(Reason.FRAGMENT_UNKNOWN);
                            story.client(datagram.outOf(Role.OTHER_CLIENT)
                                            .pieces(PIECE)
                                            .get(1))
                                    .passed(Reason.FRAGMENT_UNKNOWN);
                        })
                        .counting(Reason.FRAGMENT_UNKNOWN),
                Row.of("a first piece is forgotten after a minute", story -> {
                            Packet datagram = story.udp(CLIENT, VIP, 1400);
                            List<Packet> expected = datagram.toward(TARGET).pieces(PIECE);
                            story.client(datagram.pieces(PIECE).get(0))
                                    .sent(expected.get(0).routed(Side.SERVERS, TARGET));
                            story.later(REMEMBERED_SECONDS - 1);
                            story.client(datagram.pieces(PIECE).get(1))
                                    .sent(expected.get(1).routed(Side.SERVERS, TARGET));
                            story.later(1.5);
                            story.client(datagram.pieces(PIECE).get(2)).passed(Reason.FRAGMENT_UNKNOWN);
                        })
                        .counting(Reason.FRAGMENT_UNKNOWN),
                Row.of("pieces of protocols that are not balanced pass", story -> {
                            Packet piece = story.udp(CLIENT, VIP)
                                    .with(new Transport.Raw(story.v4() ? 47 : 50, new byte[64]))
                                    .as(new Packet.Piece(64, true));
                            story.here(Side.CLIENTS, piece).passed(Reason.PROTOCOL);
                        })
                        .everywhere()
                        .counting(Reason.PROTOCOL));
    }

    private static void sentInPieces(Story story, Packet datagram) {
        List<Packet> expected = datagram.toward(TARGET).pieces(PIECE);
        List<Packet> pieces = datagram.pieces(PIECE);
        for (int i = 0; i < pieces.size(); i++) {
            story.client(pieces.get(i)).sent(expected.get(i).routed(Side.SERVERS, TARGET));
        }
    }
}
