package io.weir.packet;

import static io.weir.packet.Role.ANYWHERE;
import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.THIRD_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.List;

/** One port of a client speaks to several VIPs whose groups share targets. */
final class SharedPortRows {

    private SharedPortRows() {}

    static List<Row> all() {
        return List.of(
                Row.of(
                                "a SYN sent again goes to another target when its own answers the port for another VIP",
                                story -> {
                                    story.handshake();
                                    Packet syn = begun(story);
                                    story.node(setup -> setup.sending(Setup.OTHER_GROUP, TARGET, TARGET, OTHER_TARGET));
                                    story.client(syn)
                                            .counting(OTHER_TARGET, Count.SYNS)
                                            .sent(story.forwarded(syn, OTHER_TARGET));
                                    story.client(syn).sent(story.forwarded(syn, OTHER_TARGET));
                                    Packet synAck = story.synAck(OTHER_TARGET, CLIENT);
                                    story.leaves(story.target(synAck), story.returned(synAck, OTHER_VIP, CLIENT));
                                    Packet ack = story.tcp(CLIENT, OTHER_VIP, ACK);
                                    story.client(ack)
                                            .counting(OTHER_TARGET, Count.HANDSHAKES)
                                            .confirming(OTHER_TARGET, Setup.OTHER_PROXY)
                                            .sent(story.forwarded(ack, OTHER_TARGET));
                                    story.answers(story.tcp(TARGET, CLIENT, ACK));
                                    story.asks(story.tcp(CLIENT, VIP, ACK));
                                })
                        .everywhere(),
                Row.of("a SYN sent again goes where the weights lead now", story -> {
                    story.handshake();
                    Packet syn = begun(story);
                    story.node(setup -> setup.sending(Setup.OTHER_GROUP, OTHER_TARGET));
                    story.client(syn).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(syn, OTHER_TARGET));
                }),
                Row.of("targets that answer the port already are passed over", story -> {
                    story.handshake();
                    Packet syn = begun(story);
                    story.node(setup -> setup.sending(Setup.OTHER_GROUP, OTHER_TARGET));
                    story.client(syn).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(syn, OTHER_TARGET));
                    Packet synAck = story.synAck(OTHER_TARGET, CLIENT);
                    story.target(synAck).sent(story.returned(synAck, OTHER_VIP, CLIENT));
                    Packet ack = story.tcp(CLIENT, OTHER_VIP, ACK);
                    story.client(ack)
                            .counting(OTHER_TARGET, Count.HANDSHAKES)
                            .confirming(OTHER_TARGET, Setup.OTHER_PROXY)
                            .sent(story.forwarded(ack, OTHER_TARGET));
                    Packet third = story.syn(CLIENT, ANYWHERE);
                    story.client(third).counting(Count.SYNS).sent(story.forwarded(third));
                    story.weights(TARGET, OTHER_TARGET, TARGET, OTHER_TARGET, THIRD_TARGET);
                    story.client(third).counting(THIRD_TARGET, Count.SYNS).sent(story.forwarded(third, THIRD_TARGET));
                }),
                Row.of("a SYN sent again is dropped when every target answers the port for another VIP", story -> {
                            story.handshake();
                            Packet syn = begun(story);
                            story.client(syn).dropped(Reason.REPLY_TAKEN);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.later(Setup.ESTABLISHED_SECONDS + 1);
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            story.client(syn).dropped(Reason.REPLY_TAKEN);
                        })
                        .counting(Reason.REPLY_TAKEN),
                Row.of(
                                "a second datagram goes to another target when its own answers the port for another VIP",
                                story -> {
                                    otherVip(story);
                                    story.exchange();
                                    Packet other = story.udp(CLIENT, OTHER_VIP);
                                    story.asks(other);
                                    story.node(setup -> setup.sending(Setup.OTHER_GROUP, TARGET, OTHER_TARGET));
                                    story.later(1.1);
                                    story.client(other).sent(story.forwarded(other, OTHER_TARGET));
                                    assertThat(story.halfOpen(CLIENT, OTHER_VIP, UDP)
                                                    .orElseThrow()
                                                    .state())
                                            .isEqualTo(State.UDP_NEW);
                                    Packet answer = story.udp(OTHER_TARGET, CLIENT);
                                    story.leaves(story.target(answer), story.returned(answer, OTHER_VIP, CLIENT));
                                    story.client(other)
                                            .confirming(OTHER_TARGET, Setup.OTHER_PROXY)
                                            .sent(story.forwarded(other, OTHER_TARGET));
                                    story.answers(story.udp(TARGET, CLIENT));
                                })
                        .everywhere(),
                Row.of("one port of a client is not answered for two VIPs by one target", story -> {
                            otherVip(story);
                            story.exchange();
                            Packet other = story.udp(CLIENT, OTHER_VIP);
                            story.asks(other);
                            story.client(other).dropped(Reason.REPLY_TAKEN);
                            story.later(1.1);
                            story.client(other).dropped(Reason.REPLY_TAKEN);
                            story.answers(story.udp(TARGET, CLIENT));
                        })
                        .counting(Reason.REPLY_TAKEN),
                Row.of("a handshake is refused when the connection that stood in its way turns out to live", story -> {
                            story.handshake();
                            story.later(2);
                            story.answers(story.tcp(TARGET, CLIENT, RST));
                            Packet syn = begun(story);
                            Packet synAck = story.synAck(TARGET, CLIENT);
                            story.target(synAck).sent(story.returned(synAck, OTHER_VIP, CLIENT));
                            story.later(1.2);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.client(story.tcp(CLIENT, OTHER_VIP, ACK)).dropped(Reason.REPLY_TAKEN);
                            story.client(syn).dropped(Reason.REPLY_TAKEN);
                        })
                        .counting(Reason.REPLY_TAKEN),
                Row.of(
                                "no forged packet turns the replies of a connection that found no room to another VIP",
                                story -> {
                                    otherVip(story);
                                    story.node(setup -> setup.withFull(0).withBuckets(1));
                                    Packet first = story.syn(OTHER_CLIENT, VIP);
                                    story.client(first).counting(Count.SYNS).sent(story.forwarded(first));
                                    HandshakeRows.opened(story);
                                    Packet ack = story.tcp(CLIENT, VIP, ACK);
                                    story.client(ack)
                                            .noting(Reason.TABLE_FULL)
                                            .counting(Count.HANDSHAKES)
                                            .sent(story.forwarded(ack));
                                    Packet reset = story.tcp(OTHER_CLIENT, VIP, RST);
                                    story.client(reset)
                                            .sent(story.forwarded(reset)); // leaves a place before the connection's
                                    story.client(story.tcp(CLIENT, OTHER_VIP, ACK))
                                            .dropped(Reason.REPLY_TAKEN);
                                    story.client(story.syn(CLIENT, OTHER_VIP)).dropped(Reason.REPLY_TAKEN);
                                    Packet data = story.tcp(TARGET, CLIENT, ACK);
                                    story.target(data).noting(Reason.TABLE_FULL).sent(story.returned(data));
                                })
                        .counting(Reason.TABLE_FULL, Reason.REPLY_TAKEN),
                Row.of(
                                "a client's first SYN goes elsewhere when somebody has begun from its port at its target",
                                story -> {
                                    otherVip(story);
                                    Packet forged = story.syn(CLIENT, OTHER_VIP);
                                    story.client(forged).counting(Count.SYNS).sent(story.forwarded(forged));
                                    story.client(story.syn(CLIENT, VIP)).dropped(Reason.REPLY_TAKEN);
                                    story.weights(TARGET, TARGET, OTHER_TARGET);
                                    story.handshake(CLIENT, VIP, OTHER_TARGET);
                                    Packet data = story.tcp(OTHER_TARGET, CLIENT, ACK);
                                    story.target(data).sent(story.returned(data));
                                })
                        .counting(Reason.REPLY_TAKEN),
                Row.of("so does its first datagram", story -> {
                            otherVip(story);
                            Packet forged = story.udp(CLIENT, OTHER_VIP);
                            story.asks(forged);
                            Packet question = story.udp(CLIENT, VIP);
                            story.client(question).dropped(Reason.REPLY_TAKEN);
                            story.weights(TARGET, OTHER_TARGET);
                            story.client(question).sent(story.forwarded(question, OTHER_TARGET));
                            Packet answer = story.udp(OTHER_TARGET, CLIENT);
                            story.target(answer).sent(story.returned(answer));
                            Packet other = story.udp(TARGET, CLIENT);
                            story.target(other).sent(story.returned(other, OTHER_VIP, CLIENT));
                        })
                        .counting(Reason.REPLY_TAKEN));
    }

    /** A client with a connection to VIP begins another one, to OTHER_VIP; its first packet, which went to TARGET. */
    private static Packet begun(Story story) {
        otherVip(story);
        Packet syn = story.syn(CLIENT, OTHER_VIP);
        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
        return syn;
    }

    private static void otherVip(Story story) {
        story.node(setup -> setup.with(Setup.vip(OTHER_VIP, story.family(), Setup.OTHER_PROXY, Setup.OTHER_GROUP))
                .sending(Setup.OTHER_GROUP, TARGET));
    }
}
