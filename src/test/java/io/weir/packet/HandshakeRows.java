package io.weir.packet;

import static io.weir.packet.Role.ANYWHERE;
import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.NARROW_TARGET;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.UNLINKED_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.SYN;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.List;

/** From the first SYN to a flow in the main table. */
final class HandshakeRows {

    /** How far an acknowledgment may be ahead of the target's first sequence number. */
    private static final int WINDOW = 65536;

    private HandshakeRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("a SYN to a VIP is sent to the chosen target and leaves a half-open flow", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    assertThat(story.halfOpen(CLIENT, VIP, TCP)).contains(halfOpen(story, State.SYN_SENT, 0));
                    assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                }),
                Row.of("a SYN to any address is taken by the listener of its interface", story -> {
                    Packet syn = story.syn(CLIENT, ANYWHERE);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                }),
                Row.of(
                                "a listener of an interface takes nothing that came by another",
                                story -> story.here(Side.SERVERS, story.syn(CLIENT, ANYWHERE))
                                        .passed(Reason.NOT_SERVICE))
                        .counting(Reason.NOT_SERVICE),
                Row.of("a handshake puts both directions into the main table and nothing stays half open", story -> {
                            story.handshake();
                            assertThat(story.flow(CLIENT, VIP, TCP)).contains(forward(story));
                            assertThat(story.flow(TARGET, CLIENT, TCP)).contains(reply(story));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .everywhere(),
                Row.of("a SYN-ACK is translated and what it wants acknowledged is remembered", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            for (int i = 0; i < 2; i++) {
                                Packet synAck = story.synAck(TARGET, CLIENT);
                                story.answers(synAck);
                                assertThat(story.halfOpen(CLIENT, VIP, TCP))
                                        .contains(halfOpen(story, State.SYN_RECEIVED, Story.TARGET_ISN + 1));
                            }
                        })
                        .everywhere(),
                Row.of("a SYN sent again keeps its target though the weights changed", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    story.weights(OTHER_TARGET);
                    story.client(syn).sent(story.forwarded(syn));
                    story.later(Setup.SYN_SECONDS - 1);
                    story.client(syn).sent(story.forwarded(syn));
                }),
                Row.of("a SYN after the half-open flow has timed out chooses afresh", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    story.weights(OTHER_TARGET);
                    story.later(Setup.SYN_SECONDS + 1);
                    story.client(syn).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(syn, OTHER_TARGET));
                }),
                Row.of("an acknowledgment of what the target never sent confirms nothing", story -> {
                    opened(story);
                    for (int wrong : new int[] {Story.TARGET_ISN, 0, Story.TARGET_ISN + 1 + WINDOW}) {
                        Packet ack = story.tcp(CLIENT, VIP, ACK, Story.CLIENT_ISN + 1, wrong);
                        story.client(ack).sent(story.forwarded(ack));
                    }
                    assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                    assertThat(story.halfOpen(CLIENT, VIP, TCP)).isPresent();
                }),
                Row.of("an acknowledgment of data sent with the SYN-ACK confirms", story -> {
                    opened(story);
                    Packet ack = story.tcp(CLIENT, VIP, ACK, Story.CLIENT_ISN + 1, Story.TARGET_ISN + WINDOW);
                    story.client(ack)
                            .counting(Count.HANDSHAKES)
                            .confirming(TARGET)
                            .sent(story.forwarded(ack));
                }),
                Row.of("an acknowledgment before the SYN-ACK confirms nothing", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    Packet ack = story.tcp(CLIENT, VIP, ACK, Story.CLIENT_ISN + 1, 0);
                    story.client(ack).sent(story.forwarded(ack));
                    assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                }),
                Row.of("a target that refuses is counted and the half-open flow is gone", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            Packet refusal = story.tcp(TARGET, CLIENT, RST | ACK);
                            story.leaves(
                                    story.target(refusal).counting(Count.HANDSHAKE_RESETS), story.returned(refusal));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .everywhere(),
                Row.of("a client that gives up takes its half-open flow with it", story -> {
                    opened(story);
                    Packet reset = story.tcp(CLIENT, VIP, RST);
                    story.client(reset).sent(story.forwarded(reset));
                    assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                }),
                Row.of("an eighth half-open flow in a bucket takes the place of the one silent for longest", story -> {
                            story.node(setup -> setup.withBuckets(1));
                            for (int i = 0; i < 8; i++) {
                                Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), 5000 + i);
                                Step step = story.client(syn).counting(Count.SYNS);
                                (i < 7 ? step : step.noting(Reason.HALF_OPEN_EVICTED)).sent(story.forwarded(syn));
                                story.later(1);
                            }
                            assertThat(story.path().tables().read().halfOpen().keySet())
                                    .extracting(Tables.Key::sourcePort)
                                    .containsExactlyInAnyOrder(5001, 5002, 5003, 5004, 5005, 5006, 5007);
                        })
                        .counting(Reason.HALF_OPEN_EVICTED),
                Row.of("one that is over makes place uncounted", story -> {
                    story.node(setup -> setup.withBuckets(1));
                    for (int i = 0; i < 8; i++) {
                        Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), 5000 + i);
                        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                        story.later(i == 0 ? Setup.SYN_SECONDS + 1 : 1);
                    }
                }),
                Row.of("a forged SYN-ACK from the clients' side, and what acknowledges it, confirm nothing", story -> {
                            unproven(story);
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).contains(halfOpen(story, State.SYN_SENT, 0));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("a forged RST from the clients' side counts against no target and ends no handshake", story -> {
                            opened(story);
                            Packet forged = story.tcp(TARGET, CLIENT, RST | ACK);
                            story.leaves(
                                    story.here(Side.CLIENTS, forged).noting(Reason.REPLY_UNPROVEN),
                                    story.returned(forged));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isPresent();
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("nor do they with a tag, which proves nothing where the way to the target has none", story -> {
                            opened(story);
                            for (int flags : new int[] {SYN | ACK, RST | ACK}) {
                                Packet forged =
                                        story.tcp(TARGET, CLIENT, flags, 77, 1).tagged(7);
                                story.here(Side.CLIENTS, forged)
                                        .noting(Reason.REPLY_UNPROVEN)
                                        .rewritten(Reason.VLAN, forged.outOf(VIP));
                            }
                            assertThat(story.halfOpen(CLIENT, VIP, TCP))
                                    .contains(halfOpen(story, State.SYN_RECEIVED, Story.TARGET_ISN + 1));
                        })
                        .counting(Reason.REPLY_UNPROVEN, Reason.VLAN),
                Row.of("a tag is believed where the way to the target leads to no port, as to a VLAN device", story -> {
                            story.weights(UNLINKED_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(UNLINKED_TARGET, Count.SYNS)
                                    .rewritten(Reason.NOT_REDIRECTABLE, syn.toward(UNLINKED_TARGET));
                            Packet synAck =
                                    story.synAck(UNLINKED_TARGET, CLIENT).tagged(7);
                            story.here(Side.SERVERS, synAck).rewritten(Reason.VLAN, synAck.outOf(VIP));
                            Packet ack = story.tcp(CLIENT, VIP, ACK);
                            story.client(ack)
                                    .counting(UNLINKED_TARGET, Count.HANDSHAKES)
                                    .confirming(UNLINKED_TARGET)
                                    .rewritten(Reason.NOT_REDIRECTABLE, ack.toward(UNLINKED_TARGET));
                        })
                        .at(Hook.XDP)
                        .counting(Reason.VLAN, Reason.NOT_REDIRECTABLE),
                Row.of("a handshake with a target behind another interface than most is proven by that one", story -> {
                            story.weights(NARROW_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .counting(NARROW_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, NARROW_TARGET));
                            Packet synAck = story.synAck(NARROW_TARGET, CLIENT);
                            story.here(Side.SERVERS, synAck)
                                    .noting(Reason.REPLY_UNPROVEN)
                                    .sent(story.returned(synAck));
                            story.here(Side.NARROW, synAck).sent(story.returned(synAck));
                            Packet ack = story.tcp(CLIENT, VIP, ACK);
                            story.client(ack)
                                    .counting(NARROW_TARGET, Count.HANDSHAKES)
                                    .confirming(NARROW_TARGET)
                                    .sent(story.forwarded(ack, NARROW_TARGET));
                        })
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of(
                                "a connection whose target's answers are not proven lives as long as an established one",
                                story -> {
                                    unproven(story);
                                    story.weights(OTHER_TARGET);
                                    story.later(Setup.ESTABLISHED_SECONDS - 1);
                                    story.asks(story.tcp(CLIENT, VIP, ACK));
                                    story.later(Setup.ESTABLISHED_SECONDS + 1);
                                    assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                                })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("but gives way to a flood like any that is half open", story -> {
                            story.node(setup -> setup.withBuckets(1));
                            unproven(story);
                            for (int i = 0; i < 7; i++) {
                                story.later(1);
                                Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), 5000 + i);
                                Step step = story.client(syn).counting(Count.SYNS);
                                (i < 6 ? step : step.noting(Reason.HALF_OPEN_EVICTED)).sent(story.forwarded(syn));
                            }
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .counting(Reason.REPLY_UNPROVEN, Reason.HALF_OPEN_EVICTED),
                Row.of("an empty group turns away no SYN of a flow that has its target", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            story.weights();
                            story.client(syn).sent(story.forwarded(syn));
                            story.client(story.syn(OTHER_CLIENT, VIP)).dropped(Reason.NO_TARGET);
                        })
                        .counting(Reason.NO_TARGET),
                Row.of(
                                "a connection to a VIP that began elsewhere is adopted, and confirmed by the target's answer",
                                story -> {
                                    Packet data = story.tcp(CLIENT, VIP, ACK);
                                    story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                                    assertThat(story.halfOpen(CLIENT, VIP, TCP))
                                            .contains(halfOpen(story, State.PICKED_UP, 0));
                                    story.client(data).sent(story.forwarded(data));
                                    assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                                    Packet answer = story.tcp(TARGET, CLIENT, ACK);
                                    story.target(answer).confirming(TARGET).sent(story.returned(answer));
                                    assertThat(story.flow(CLIENT, VIP, TCP)).contains(forward(story));
                                    assertThat(story.flow(TARGET, CLIENT, TCP)).contains(reply(story));
                                })
                        .counting(Reason.PICKED_UP),
                Row.of("the same at egress", story -> {
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                            Packet answer = story.tcp(TARGET, CLIENT, ACK);
                            story.target(answer).confirming(TARGET).translated(story.returned(answer));
                            assertThat(story.flow(CLIENT, VIP, TCP)).contains(forward(story));
                            assertThat(story.flow(TARGET, CLIENT, TCP)).contains(reply(story));
                        })
                        .at(Hook.EGRESS),
                Row.of("an adopted connection that the target resets is forgotten", story -> {
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                            Packet reset = story.tcp(TARGET, CLIENT, RST);
                            story.target(reset).sent(story.returned(reset));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("a listener of an interface adopts nothing: the packet may be on its way elsewhere", story -> {
                            story.client(story.tcp(CLIENT, ANYWHERE, ACK)).passed(Reason.NO_FLOW);
                            story.client(story.tcp(CLIENT, ANYWHERE, SYN | ACK)).passed(Reason.NO_FLOW);
                        })
                        .counting(Reason.NO_FLOW));
    }

    /** SYN and SYN-ACK. */
    static void opened(Story story) {
        Packet syn = story.syn(CLIENT, VIP);
        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
        Packet synAck = story.synAck(TARGET, CLIENT);
        story.answers(synAck);
    }

    /** SYN, and a SYN-ACK that came in where the target is not. */
    static void unproven(Story story) {
        Packet syn = story.syn(CLIENT, VIP);
        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
        Packet synAck = story.synAck(TARGET, CLIENT);
        story.leaves(story.here(Side.CLIENTS, synAck).noting(Reason.REPLY_UNPROVEN), story.returned(synAck));
    }

    private static Tables.HalfOpen halfOpen(Story story, State state, int acknowledgment) {
        return new Tables.HalfOpen(state, Setup.index(TARGET, story.family()), Setup.PROXY, acknowledgment, 0);
    }

    private static Tables.Flow forward(Story story) {
        return new Tables.Flow(
                TARGET.address(story.family()),
                TARGET.port(),
                false,
                State.ESTABLISHED,
                Setup.index(TARGET, story.family()),
                Setup.PROXY,
                0,
                0,
                0);
    }

    private static Tables.Flow reply(Story story) {
        return new Tables.Flow(
                VIP.address(story.family()),
                VIP.port(),
                true,
                State.ESTABLISHED,
                Setup.index(TARGET, story.family()),
                0,
                0,
                0,
                0);
    }
}
