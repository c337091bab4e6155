package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.FIN;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.List;

/** TCP flows in the main table: data, the ends, and what comes after. */
final class FlowRows {

    /** enum flow_flag. */
    private static final int FIN_CLIENT = 1;

    private static final int FIN_TARGET = 2;
    private static final int RESET = 4;
    private static final int OVER = 16;

    private FlowRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("data goes both ways", story -> {
                            story.handshake();
                            for (int i = 0; i < 3; i++) {
                                story.asks(story.tcp(CLIENT, VIP, ACK));
                                story.answers(story.tcp(TARGET, CLIENT, ACK));
                            }
                        })
                        .everywhere(),
                Row.of("an established flow keeps its target when weights change or all targets are gone", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.asks(story.tcp(CLIENT, VIP, ACK));
                    story.weights();
                    story.later(2);
                    story.asks(story.tcp(CLIENT, VIP, ACK));
                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                }),
                Row.of("a second of silence is noted with the next packet, in its own direction", story -> {
                            story.handshake();
                            story.later(0.5);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.later(1);
                            assertThat(story.flow(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .idle())
                                    .isEqualTo(1);
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            assertThat(story.flow(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .idle())
                                    .isEqualTo(1);
                            assertThat(story.flow(TARGET, CLIENT, TCP)
                                            .orElseThrow()
                                            .idle())
                                    .isZero();
                        })
                        .everywhere(),
                Row.of("FIN of one side leaves the flow established", story -> {
                    story.handshake();
                    story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                    story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                    assertStates(story, State.ESTABLISHED, FIN_CLIENT);
                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                }),
                Row.of("FIN of both sides closes the flow, and its last packets still pass", story -> {
                            closed(story);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                            story.later(2);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                        })
                        .everywhere(),
                Row.of("a SYN on a closing flow chooses afresh and takes its place", story -> {
                            closed(story);
                            story.weights(OTHER_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .ending(TARGET)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                            assertThat(story.flow(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.REPLACED);
                            assertThat(story.flow(TARGET, CLIENT, TCP)).isEmpty();
                            Packet synAck = story.synAck(OTHER_TARGET, CLIENT);
                            story.leaves(story.target(synAck), story.returned(synAck));
                            Packet ack = story.tcp(CLIENT, VIP, ACK);
                            story.client(ack)
                                    .counting(OTHER_TARGET, Count.HANDSHAKES)
                                    .confirmingAgain(OTHER_TARGET, Setup.PROXY)
                                    .sent(story.forwarded(ack, OTHER_TARGET));
                            story.client(ack).sent(story.forwarded(ack, OTHER_TARGET));
                            Packet data = story.tcp(OTHER_TARGET, CLIENT, ACK);
                            story.leaves(story.target(data), story.returned(data));
                            assertThat(story.flow(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.ESTABLISHED);
                        })
                        .everywhere(),
                Row.of("a client's port whose flow is over is answered for the VIP it speaks to next", story -> {
                            closed(story);
                            otherVip(story);
                            Packet syn = story.syn(CLIENT, OTHER_VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            Packet synAck = story.synAck(TARGET, CLIENT);
                            story.leaves(story.target(synAck), story.returned(synAck, OTHER_VIP, CLIENT));
                            Packet ack = story.tcp(CLIENT, OTHER_VIP, ACK);
                            story.client(ack)
                                    .counting(Count.HANDSHAKES)
                                    .confirming(TARGET, Setup.OTHER_PROXY)
                                    .sent(story.forwarded(ack));
                            Packet data = story.tcp(TARGET, CLIENT, ACK);
                            story.leaves(story.target(data), story.returned(data, OTHER_VIP, CLIENT));
                        })
                        .everywhere(),
                Row.of("and is refused for it", story -> {
                            closed(story);
                            otherVip(story);
                            Packet syn = story.syn(CLIENT, OTHER_VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            Packet reset = story.tcp(TARGET, CLIENT, RST | ACK);
                            story.leaves(
                                    story.target(reset).counting(Count.HANDSHAKE_RESETS),
                                    story.returned(reset, OTHER_VIP, CLIENT));
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                        })
                        .everywhere(),
                Row.of(
                                "a flow that its target has not ended keeps its replies when its port begins with another VIP",
                                story -> {
                                    story.handshake();
                                    story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                                    story.asks(story.tcp(
                                            CLIENT, VIP, FIN | ACK, 7, 7)); // forged: the client goes on sending
                                    assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                                    otherVip(story);
                                    Packet syn = story.syn(CLIENT, OTHER_VIP);
                                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                    Packet synAck = story.synAck(TARGET, CLIENT);
                                    story.leaves(story.target(synAck), story.returned(synAck, OTHER_VIP, CLIENT));
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                    Packet reset = story.tcp(TARGET, CLIENT, RST);
                                    story.leaves(
                                            story.target(reset).counting(Count.HANDSHAKE_RESETS),
                                            story.returned(reset, OTHER_VIP, CLIENT));
                                    assertThat(story.halfOpen(CLIENT, OTHER_VIP, TCP))
                                            .isEmpty();
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                })
                        .everywhere(),
                Row.of("a SYN on an established flow changes nothing", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.asks(story.syn(CLIENT, VIP));
                    story.later(2);
                    story.asks(story.syn(CLIENT, VIP));
                    assertStates(story, State.ESTABLISHED, 0);
                }),
                Row.of("a SYN on a flow that has timed out chooses afresh", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.later(Setup.ESTABLISHED_SECONDS + 1);
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn)
                            .ending(TARGET)
                            .counting(OTHER_TARGET, Count.SYNS)
                            .sent(story.forwarded(syn, OTHER_TARGET));
                }),
                Row.of("a flow lives while one of its directions does", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.later(Setup.ESTABLISHED_SECONDS - 100);
                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                    story.later(101);
                    story.asks(story.syn(CLIENT, VIP));
                }),
                Row.of("data on a flow that has timed out but is still there goes on with it", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.later(Setup.ESTABLISHED_SECONDS + 1);
                    story.asks(story.tcp(CLIENT, VIP, ACK));
                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                }),
                Row.of(
                                "RST of the target within a second of the handshake is counted as early and closes the flow",
                                story -> {
                                    story.handshake();
                                    Packet reset = story.tcp(TARGET, CLIENT, RST);
                                    story.leaves(
                                            story.target(reset).counting(Count.EARLY_RESETS), story.returned(reset));
                                    assertStates(story, State.CLOSING, RESET | OVER);
                                    story.answers(story.tcp(TARGET, CLIENT, RST));
                                })
                        .everywhere(),
                Row.of("RST of the target after that closes the flow and is not early", story -> {
                    story.handshake();
                    story.later(2);
                    story.answers(story.tcp(TARGET, CLIENT, RST));
                    assertStates(story, State.CLOSING, RESET | OVER);
                }),
                Row.of("RST of the client closes nothing: it may be forged", story -> {
                    story.handshake();
                    story.asks(story.tcp(CLIENT, VIP, RST | ACK));
                    assertStates(story, State.ESTABLISHED, RESET);
                }),
                Row.of("a forged RST and a forged SYN do not move an established flow to another target", story -> {
                            story.handshake();
                            story.weights(OTHER_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, RST));
                            story.asks(story.syn(CLIENT, VIP));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            story.asks(story.tcp(CLIENT, VIP, RST));
                            story.later(Setup.ESTABLISHED_SECONDS - 1);
                            story.asks(story.syn(CLIENT, VIP));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            assertStates(story, State.ESTABLISHED, 0);
                        })
                        .everywhere(),
                Row.of("nor do they from the clients' side in the name of the target", story -> {
                            story.handshake();
                            story.weights(OTHER_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            for (int flags : new int[] {RST, FIN | ACK}) {
                                Packet forged = story.tcp(TARGET, CLIENT, flags);
                                story.leaves(
                                        story.here(Side.CLIENTS, forged).noting(Reason.REPLY_UNPROVEN),
                                        story.returned(forged));
                            }
                            assertStates(story, State.ESTABLISHED, FIN_CLIENT);
                            story.asks(story.syn(CLIENT, VIP));
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of(
                                "a client that uses its port again after an RST of its own is served by the same target",
                                story -> {
                                    story.handshake();
                                    story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                                    story.asks(story.tcp(CLIENT, VIP, RST));
                                    story.asks(story.syn(CLIENT, VIP));
                                    story.answers(story.synAck(TARGET, CLIENT));
                                    story.asks(story.tcp(CLIENT, VIP, ACK));
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                    assertStates(story, State.ESTABLISHED, 0);
                                    story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                                    assertStates(story, State.ESTABLISHED, FIN_TARGET);
                                })
                        .everywhere(),
                Row.of("when that target refuses it, its next SYN chooses afresh", story -> {
                            story.handshake();
                            story.later(2);
                            story.weights(OTHER_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, RST));
                            story.asks(story.syn(CLIENT, VIP));
                            story.answers(story.tcp(TARGET, CLIENT, RST | ACK));
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .ending(TARGET)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                        })
                        .everywhere(),
                Row.of("RST of the client after FIN of the target closes the flow", story -> {
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                            story.asks(story.tcp(CLIENT, VIP, RST));
                            assertStates(story, State.CLOSING, FIN_TARGET | RESET);
                        })
                        .everywhere(),
                Row.of("after that a SYN still goes to the target: the client may be sending, and be forged", story -> {
                            for (int flags : new int[] {FIN | ACK, RST}) {
                                story.path().tables().clear();
                                story.weights(TARGET);
                                story.handshake();
                                story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                                story.weights(OTHER_TARGET);
                                story.asks(story.tcp(CLIENT, VIP, flags));
                                story.asks(story.syn(CLIENT, VIP));
                                story.later(1.2);
                                story.asks(story.syn(CLIENT, VIP));
                                story.asks(story.tcp(CLIENT, VIP, ACK));
                                story.answers(story.tcp(TARGET, CLIENT, ACK));
                                assertThat(story.flow(CLIENT, VIP, TCP)).isPresent();
                            }
                        })
                        .everywhere(),
                Row.of("a target that takes a SYN after FIN of both sides begins anew", story -> {
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                            story.asks(story.syn(CLIENT, VIP));
                            story.answers(story.synAck(TARGET, CLIENT));
                            assertStates(story, State.ESTABLISHED, 0);
                        })
                        .everywhere(),
                Row.of("once the target acknowledges the client's FIN after its own, a SYN chooses afresh", story -> {
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                            story.answers(taking(story, ACK));
                            assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                            story.weights(OTHER_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .ending(TARGET)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                        })
                        .everywhere(),
                Row.of("but not when somebody else says so", story -> {
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, FIN | ACK));
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            for (Packet forged : List.of(taking(story, ACK), story.synAck(TARGET, CLIENT))) {
                                story.leaves(
                                        story.here(Side.CLIENTS, forged).noting(Reason.REPLY_UNPROVEN),
                                        story.returned(forged));
                            }
                            assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("data a second after an RST shows that nothing came of it", story -> {
                            story.handshake();
                            story.later(2);
                            story.answers(story.tcp(TARGET, CLIENT, RST));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            assertStates(story, State.CLOSING, RESET | OVER);
                            story.later(1.2);
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            assertStates(story, State.ESTABLISHED, 0);
                        })
                        .everywhere(),
                Row.of("the same after an RST of the client", story -> {
                            story.handshake();
                            story.asks(story.tcp(CLIENT, VIP, RST));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            assertStates(story, State.ESTABLISHED, RESET);
                            story.later(1.2);
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            assertStates(story, State.ESTABLISHED, 0);
                        })
                        .everywhere(),
                Row.of("data a second after FIN of both sides and an RST revives nothing", story -> {
                    closed(story);
                    story.asks(story.tcp(CLIENT, VIP, RST));
                    story.later(1.2);
                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                    assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | RESET | OVER);
                }),
                Row.of("without room in the main table a connection is served from the half-open one", story -> {
                            story.handshake();
                            Packet ack = withoutRoom(story);
                            story.client(ack).noting(Reason.TABLE_FULL).sent(story.forwarded(ack));
                            Packet data = story.tcp(TARGET, OTHER_CLIENT, ACK);
                            story.target(data).noting(Reason.TABLE_FULL).sent(story.returned(data, VIP, OTHER_CLIENT));
                            assertThat(story.halfOpen(OTHER_CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.ESTABLISHED);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            Packet forged = story.tcp(OTHER_CLIENT, VIP, RST);
                            story.client(forged).sent(story.forwarded(forged));
                            assertThat(story.halfOpen(OTHER_CLIENT, VIP, TCP)).isPresent();
                        })
                        .counting(Reason.TABLE_FULL)
                        .cramped(),
                Row.of("it lives as long there as an established one, and is ended by its target", story -> {
                            story.handshake();
                            Packet ack = withoutRoom(story);
                            story.weights(OTHER_TARGET);
                            story.later(Setup.ESTABLISHED_SECONDS - 1);
                            story.client(ack).noting(Reason.TABLE_FULL).sent(story.forwarded(ack));
                            Packet fin = story.tcp(TARGET, OTHER_CLIENT, FIN | ACK);
                            story.target(fin).sent(story.returned(fin, VIP, OTHER_CLIENT));
                            story.client(ack).sent(story.forwarded(ack));
                            story.later(Setup.SYN_SECONDS + 1);
                            assertThat(story.halfOpen(OTHER_CLIENT, VIP, TCP)).isEmpty();
                        })
                        .counting(Reason.TABLE_FULL)
                        .cramped(),
                Row.of("as many flows as expiry has places for get in, whatever their families", story -> {
                            story.node(setup -> setup.withFull(1));
                            story.handshake();
                            Packet ack = withoutRoom(story);
                            Packet data = story.tcp(TARGET, OTHER_CLIENT, ACK);
                            story.target(data).noting(Reason.TABLE_FULL).sent(story.returned(data, VIP, OTHER_CLIENT));
                            story.node(setup -> setup.withFull(2));
                            story.client(ack).confirming(TARGET).sent(story.forwarded(ack));
                        })
                        .counting(Reason.TABLE_FULL),
                Row.of("a flood takes the place of none that is half open for want of room", story -> {
                            story.node(setup -> setup.withBuckets(1));
                            story.handshake();
                            withoutRoom(story);
                            for (int i = 0; i < 12; i++) {
                                story.later(1);
                                Packet other = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), 5000 + i);
                                Step step = story.client(other).counting(Count.SYNS);
                                (i < 6 ? step : step.noting(Reason.HALF_OPEN_EVICTED)).sent(story.forwarded(other));
                            }
                            assertThat(story.halfOpen(OTHER_CLIENT, VIP, TCP)).isPresent();
                        })
                        .counting(Reason.TABLE_FULL, Reason.HALF_OPEN_EVICTED)
                        .cramped(),
                Row.of("the same for a reply at egress", story -> {
                            story.handshake();
                            Packet data = story.tcp(OTHER_CLIENT, VIP, ACK);
                            story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                            Packet answer = story.tcp(TARGET, OTHER_CLIENT, ACK);
                            story.target(answer)
                                    .noting(Reason.TABLE_FULL)
                                    .translated(story.returned(answer, VIP, OTHER_CLIENT));
                        })
                        .at(Hook.EGRESS)
                        .counting(Reason.TABLE_FULL)
                        .cramped());
    }

    /** A handshake that finds no room in the main table; its last packet. */
    private static Packet withoutRoom(Story story) {
        Packet syn = story.syn(OTHER_CLIENT, VIP);
        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
        Packet synAck = story.synAck(TARGET, OTHER_CLIENT);
        story.target(synAck).sent(story.returned(synAck, VIP, OTHER_CLIENT));
        Packet ack = story.tcp(OTHER_CLIENT, VIP, ACK);
        story.client(ack).noting(Reason.TABLE_FULL).counting(Count.HANDSHAKES).sent(story.forwarded(ack));
        return ack;
    }

    /** A target's packet that acknowledges the client's FIN, which came with three bytes. */
    private static Packet taking(Story story, int flags) {
        return story.tcp(TARGET, CLIENT, flags, Story.TARGET_ISN + 1, Story.CLIENT_ISN + 5);
    }

    private static void closed(Story story) {
        story.handshake();
        story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
        story.answers(taking(story, FIN | ACK));
        assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
    }

    private static void otherVip(Story story) {
        story.node(setup -> setup.with(Setup.vip(OTHER_VIP, story.family(), Setup.OTHER_PROXY, Setup.GROUP)));
    }

    /** Of the client's flow, in both directions. */
    static void assertStates(Story story, State state, int flags) {
        for (Tables.Flow flow : List.of(
                story.flow(CLIENT, VIP, TCP).orElseThrow(),
                story.flow(TARGET, CLIENT, TCP).orElseThrow())) {
            assertThat(flow.state()).isEqualTo(state);
            assertThat(flow.flags()).isEqualTo(flags);
        }
    }
}
