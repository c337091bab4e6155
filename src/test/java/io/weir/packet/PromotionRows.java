package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.ROUTER;
import static io.weir.packet.Role.SERVER_ROUTER;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.FIN;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.SYN;
import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.flow.FlowRecord;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.ArrayList;
import java.util.List;

/** The first packets here of flows that a peer carried. Whoever chooses afresh in these rows chooses OTHER_TARGET. */
final class PromotionRows {

    private static final int FIN_TARGET = 2;
    private static final int RESET = 4;
    private static final int OVER = 16;

    private PromotionRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>(taken());
        rows.addAll(closing());
        rows.addAll(begunAnew());
        rows.addAll(refused());
        return rows;
    }

    private static List<Row> taken() {
        return List.of(
                Row.of("a client's segment of a flow that a peer carried goes to the target it had there", story -> {
                            carriedByPeer(story, TCP);
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).promoting(TARGET).sent(story.forwarded(data));
                            assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow())
                                    .returns(State.ESTABLISHED, Tables.Flow::state)
                                    .returns(Setup.PROXY, Tables.Flow::proxy)
                                    .returns(0, Tables.Flow::flags)
                                    .returns(100, Tables.Flow::age)
                                    .returns(0, Tables.Flow::idle);
                            assertThat(story.path().shadows().size()).isZero();
                            story.asks(data);
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                        })
                        .counting(Reason.PROMOTED),
                Row.of("a target's segment of a flow that a peer carried is the VIP's, and the flow goes on", story -> {
                            carriedByPeer(story, TCP);
                            Packet data = story.tcp(TARGET, CLIENT, ACK);
                            story.leaves(story.target(data).promoting(TARGET), story.returned(data));
                            assertThat(story.path().shadows().size()).isZero();
                            story.answers(data);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                        })
                        .everywhere()
                        .counting(Reason.PROMOTED),
                Row.of("a client's datagram of a flow that a peer carried goes to the target it had there", story -> {
                            carriedByPeer(story, UDP);
                            Packet datagram = story.udp(CLIENT, VIP);
                            story.client(datagram).promoting(TARGET).sent(story.forwarded(datagram));
                            story.asks(datagram);
                            story.answers(story.udp(TARGET, CLIENT));
                        })
                        .counting(Reason.PROMOTED),
                Row.of(
                                "a target's datagram of a flow that a peer carried is the VIP's, and the flow goes on",
                                story -> {
                                    carriedByPeer(story, UDP);
                                    Packet datagram = story.udp(TARGET, CLIENT);
                                    story.leaves(story.target(datagram).promoting(TARGET), story.returned(datagram));
                                    story.asks(story.udp(CLIENT, VIP));
                                })
                        .everywhere()
                        .counting(Reason.PROMOTED),
                Row.of("a datagram is promoted where those that are not proven stay out of the main table", story -> {
                            carriedByPeer(story, UDP);
                            story.node(setup -> setup.withCrowded(0));
                            Packet datagram = story.udp(CLIENT, VIP);
                            story.client(datagram).promoting(TARGET).sent(story.forwarded(datagram));
                        })
                        .counting(Reason.PROMOTED),
                Row.of("flows of one client's port to several VIPs are told apart, both ways", story -> {
                            otherVip(story);
                            carriedByPeer(story, TCP);
                            story.carriedByPeer(CLIENT, OTHER_VIP, OTHER_TARGET, TCP);
                            Packet answer = story.tcp(OTHER_TARGET, CLIENT, ACK);
                            story.target(answer)
                                    .promoting(OTHER_TARGET)
                                    .sent(story.returned(answer, OTHER_VIP, CLIENT));
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).promoting(TARGET).sent(story.forwarded(data));
                            assertThat(story.path().shadows().size()).isZero();
                            assertThat(story.flow(CLIENT, OTHER_VIP, TCP)
                                            .orElseThrow()
                                            .proxy())
                                    .isEqualTo(Setup.OTHER_PROXY);
                        })
                        .counting(Reason.PROMOTED),
                Row.of("the segment that promotes a flow counts in its totals", story -> {
                            story.node(Setup::withTotals);
                            carriedByPeer(story, TCP);
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).promoting(TARGET).sent(story.forwarded(data));
                            assertThat(story.path().tables().read().totals())
                                    .containsEntry(
                                            story.key(CLIENT, VIP, TCP), new Tables.Totals(1, data.network().length));
                        })
                        .counting(Reason.PROMOTED),
                Row.of("errors about a flow that a peer carries are translated and promote nothing", story -> {
                            carriedByPeer(story, TCP);
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            IcmpRows.answers(story, SERVER_ROUTER, data.toward(TARGET), data, Integer.MAX_VALUE);
                            if (story.hook() != Hook.EGRESS) {
                                Packet answer = story.tcp(TARGET, CLIENT, ACK);
                                IcmpRows.asks(story, ROUTER, answer.outOf(VIP), answer, Integer.MAX_VALUE);
                            }
                            assertThat(story.path().shadows().size()).isEqualTo(1);
                        })
                        .everywhere());
    }

    private static List<Row> closing() {
        return List.of(
                Row.of("a client's RST that is the first here reaches the target and leaves its mark", story -> {
                            carriedByPeer(story, TCP);
                            Packet reset = story.tcp(CLIENT, VIP, RST);
                            story.client(reset).promoting(TARGET).sent(story.forwarded(reset));
                            assertFlow(story, State.ESTABLISHED, RESET);
                        })
                        .counting(Reason.PROMOTED),
                Row.of("a target's RST that is the first here reaches the client and closes", story -> {
                            carriedByPeer(story, TCP);
                            Packet reset = story.tcp(TARGET, CLIENT, RST);
                            story.leaves(story.target(reset).promoting(TARGET), story.returned(reset));
                            assertFlow(story, State.CLOSING, RESET | OVER);
                        })
                        .everywhere()
                        .counting(Reason.PROMOTED),
                Row.of("a flow whose first segments here are both FINs closes", story -> {
                            carriedByPeer(story, TCP);
                            Packet fin = story.tcp(TARGET, CLIENT, FIN | ACK);
                            story.leaves(story.target(fin).promoting(TARGET), story.returned(fin));
                            assertFlow(story, State.ESTABLISHED, FIN_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            assertThat(story.flow(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.CLOSING);
                        })
                        .everywhere()
                        .counting(Reason.PROMOTED));
    }

    private static List<Row> begunAnew() {
        return List.of(
                Row.of("a SYN takes no flow of a peer's, and a handshake that completes makes it void", story -> {
                    carriedByPeer(story, TCP);
                    story.handshake(CLIENT, VIP, OTHER_TARGET);
                    assertThat(story.path().shadows().size()).isZero();
                }),
                Row.of("a forged SYN diverts no flow of a peer's", story -> {
                            carriedByPeer(story, TCP);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                            Packet synAck = story.synAck(OTHER_TARGET, CLIENT);
                            story.target(synAck).sent(story.returned(synAck));
                            Packet data = story.tcp(CLIENT, VIP, ACK, 77, 88);
                            story.client(data).promoting(TARGET).sent(story.forwarded(data));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .counting(Reason.PROMOTED),
                Row.of("a client that gives up what it has begun resets no flow of a peer's", story -> {
                    carriedByPeer(story, TCP);
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(syn, OTHER_TARGET));
                    Packet reset = story.tcp(CLIENT, VIP, RST);
                    story.client(reset).sent(story.forwarded(reset, OTHER_TARGET));
                    assertThat(story.path().shadows().size()).isEqualTo(1);
                }),
                Row.of(
                                "a connection that was picked up by its hash goes to its target once a peer has named it",
                                story -> {
                                    story.weights(OTHER_TARGET);
                                    Packet data = story.tcp(CLIENT, VIP, ACK);
                                    story.client(data)
                                            .noting(Reason.PICKED_UP)
                                            .sent(story.forwarded(data, OTHER_TARGET));
                                    story.carriedByPeer(TCP);
                                    story.client(data).promoting(TARGET).sent(story.forwarded(data));
                                    assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                                })
                        .counting(Reason.PICKED_UP, Reason.PROMOTED),
                Row.of("datagrams that began here stay with their target when a peer names another", story -> {
                    story.weights(OTHER_TARGET);
                    Packet datagram = story.udp(CLIENT, VIP);
                    story.client(datagram).sent(story.forwarded(datagram, OTHER_TARGET));
                    story.carriedByPeer(UDP);
                    story.client(datagram).sent(story.forwarded(datagram, OTHER_TARGET));
                }),
                Row.of("a flow of this node's own goes before what a peer says of it", story -> {
                            story.handshake();
                            story.later(5);
                            story.answers(story.tcp(TARGET, CLIENT, RST));
                            story.carriedByPeer(CLIENT, VIP, OTHER_TARGET, TCP); // one that closes is not given up
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                        })
                        .everywhere());
    }

    private static List<Row> refused() {
        return List.of(
                Row.of("in a target's name, from where that is not, nobody takes over a flow of a peer's", story -> {
                            carriedByPeer(story, TCP);
                            Packet forged = story.tcp(TARGET, CLIENT, RST);
                            story.leaves(
                                    story.here(Side.CLIENTS, forged).noting(Reason.REPLY_UNPROVEN),
                                    story.returned(forged));
                            assertThat(story.path().shadows().size()).isEqualTo(1);
                            assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("a target's SYN-ACK takes over no flow of a peer's", story -> {
                            carriedByPeer(story, TCP);
                            story.answers(story.tcp(TARGET, CLIENT, SYN | ACK));
                            assertThat(story.path().shadows().size()).isEqualTo(1);
                        })
                        .everywhere(),
                Row.of("without room in the main table a flow that a peer carried is served all the same", story -> {
                            carriedByPeer(story, TCP);
                            story.node(setup -> setup.withFull(0));
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            Packet answer = story.tcp(TARGET, CLIENT, ACK);
                            for (int i = 0; i < 2; i++) {
                                story.client(data).noting(Reason.TABLE_FULL).sent(story.forwarded(data));
                                story.leaves(story.target(answer).noting(Reason.TABLE_FULL), story.returned(answer));
                            }
                            assertThat(story.path().shadows().size()).isEqualTo(1);
                            assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .everywhere()
                        .counting(Reason.TABLE_FULL),
                Row.of("a segment whose target is not configured here is sent to no other, a datagram is", story -> {
                            story.weights(OTHER_TARGET);
                            for (int protocol : new int[] {TCP, UDP}) {
                                FlowRecord stray = PeerFlows.flow(
                                        story.family(),
                                        CLIENT,
                                        CLIENT.port(),
                                        VIP,
                                        ROUTER.address(story.family()),
                                        8000,
                                        protocol);
                                assertThat(story.path()
                                                .shadows()
                                                .put(PeerFlows.PEER, List.of(stray))
                                                .unknown())
                                        .containsExactly(stray);
                            }
                            story.client(story.tcp(CLIENT, VIP, ACK)).dropped(Reason.NO_TARGET);
                            Packet datagram = story.udp(CLIENT, VIP);
                            story.client(datagram).sent(story.forwarded(datagram, OTHER_TARGET));
                        })
                        .counting(Reason.NO_TARGET),
                Row.of(
                                "a flow of a peer's is refused when its target answers the client's port for another VIP",
                                story -> {
                                    otherVip(story);
                                    story.handshake();
                                    story.carriedByPeer(CLIENT, OTHER_VIP, TARGET, TCP);
                                    story.client(story.tcp(CLIENT, OTHER_VIP, ACK))
                                            .dropped(Reason.REPLY_TAKEN);
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                })
                        .counting(Reason.REPLY_TAKEN));
    }

    private static void carriedByPeer(Story story, int protocol) {
        story.weights(OTHER_TARGET);
        story.carriedByPeer(protocol);
    }

    private static void otherVip(Story story) {
        for (Family family : Family.values()) {
            story.node(setup -> setup.with(Setup.vip(OTHER_VIP, family, Setup.OTHER_PROXY, Setup.GROUP)));
        }
    }

    private static void assertFlow(Story story, State state, int flags) {
        assertThat(story.flow(CLIENT, VIP, TCP).orElseThrow())
                .returns(state, Tables.Flow::state)
                .returns(flags, Tables.Flow::flags);
    }
}
