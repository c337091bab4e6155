package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;

import io.weir.dataplane.Reason;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import java.util.List;
import java.util.Optional;

/** Limits of new connections. */
final class LimitRows {

    private LimitRows() {}

    static List<Row> all() {
        return List.of(
                Row.of(
                                "a client opens as many connections at once as its burst, and then one for each part of a second",
                                story -> {
                                    story.node(setup -> setup.withLimits(sources(2, 3)));
                                    for (int i = 0; i < 3; i++) {
                                        opens(story, i);
                                    }
                                    story.client(from(story, 3)).dropped(Reason.SOURCE_LIMITED);
                                    story.later(0.4);
                                    story.client(from(story, 3)).dropped(Reason.SOURCE_LIMITED);
                                    story.later(0.2);
                                    opens(story, 3);
                                    story.client(from(story, 4)).dropped(Reason.SOURCE_LIMITED);
                                })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("what a client leaves unused in a long time is no more than a burst", story -> {
                            story.node(setup -> setup.withLimits(sources(100, 2)));
                            opens(story, 0);
                            story.later(20);
                            opens(story, 1);
                            opens(story, 2);
                            story.client(from(story, 3)).dropped(Reason.SOURCE_LIMITED);
                        })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("one client's limit is not another's", story -> {
                            story.node(setup -> setup.withLimits(sources(1, 1)));
                            opens(story, 0);
                            story.client(from(story, 1)).dropped(Reason.SOURCE_LIMITED);
                            Packet other = story.syn(OTHER_CLIENT, VIP);
                            if (story.v4()) {
                                story.client(other).counting(Count.SYNS).sent(story.forwarded(other));
                            } else { // of the same /64
                                story.client(other).dropped(Reason.SOURCE_LIMITED);
                            }
                            String elsewhere = story.v4() ? "192.0.2.12" : "2001:db8:c:1::10";
                            Packet far = story.syn(CLIENT, VIP).outOf(IpAddress.parse(elsewhere), 40000);
                            story.client(far).counting(Count.SYNS).sent(story.forwarded(far));
                        })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("a connection that is there is not counted again, and never refused", story -> {
                            story.node(setup -> setup.withLimits(sources(1, 1)));
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                            story.asks(syn);
                            story.answers(story.synAck(TARGET, CLIENT));
                            story.client(from(story, 1)).dropped(Reason.SOURCE_LIMITED);
                            Packet ack = story.tcp(CLIENT, VIP, ACK);
                            story.client(ack)
                                    .counting(Count.HANDSHAKES)
                                    .confirming(TARGET)
                                    .sent(story.forwarded(ack));
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                        })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("one that began elsewhere is adopted whatever the limits", story -> {
                            story.node(setup -> setup.withLimits(sources(1, 1)));
                            opens(story, 0);
                            Packet data = story.tcp(CLIENT, VIP, ACK);
                            story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("the first datagram of a UDP flow counts, those that follow do not", story -> {
                            story.node(setup -> setup.withLimits(sources(1, 1)));
                            story.exchange();
                            story.asks(story.udp(CLIENT, VIP));
                            Packet other = story.udp(CLIENT, VIP).outOf(CLIENT.address(story.family()), 5000);
                            story.client(other).dropped(Reason.SOURCE_LIMITED);
                        })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("a target is sent no more than its limit, whoever they come from", story -> {
                            story.node(setup -> setup.withLimits(RateLimits.ofTargets(new Rate(1, 2))));
                            opens(story, 0);
                            Packet other = story.syn(OTHER_CLIENT, VIP);
                            story.client(other).counting(Count.SYNS).sent(story.forwarded(other));
                            story.client(from(story, 1)).dropped(Reason.TARGET_LIMITED);
                            story.weights(OTHER_TARGET);
                            Packet syn = from(story, 1);
                            story.client(syn)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                        })
                        .counting(Reason.TARGET_LIMITED),
                Row.of("a client over its limit takes nothing of a target's", story -> {
                            Rate one = new Rate(1, 1);
                            story.node(setup ->
                                    setup.withLimits(new RateLimits(Optional.of(one), Optional.of(new Rate(1, 2)))));
                            opens(story, 0);
                            story.client(from(story, 1)).dropped(Reason.SOURCE_LIMITED);
                            story.client(from(story, 2)).dropped(Reason.SOURCE_LIMITED);
                            Packet other = story.syn(OTHER_CLIENT, VIP)
                                    .outOf(IpAddress.parse(story.v4() ? "192.0.2.12" : "2001:db8:c:1::10"), 40000);
                            story.client(other).counting(Count.SYNS).sent(story.forwarded(other));
                        })
                        .counting(Reason.SOURCE_LIMITED),
                Row.of("a limit that changes begins with a full bucket, and one that is gone limits nothing", story -> {
                            story.node(setup -> setup.withLimits(sources(1000, 1)));
                            opens(story, 0);
                            story.client(from(story, 1)).dropped(Reason.SOURCE_LIMITED);
                            story.node(setup -> setup.withLimits(sources(1, 2)));
                            opens(story, 1);
                            opens(story, 2);
                            story.client(from(story, 3)).dropped(Reason.SOURCE_LIMITED);
                            story.node(setup -> setup.withLimits(RateLimits.NONE));
                            opens(story, 3);
                        })
                        .counting(Reason.SOURCE_LIMITED));
    }

    private static RateLimits sources(int perSecond, int burst) {
        return RateLimits.ofSources(new Rate(perSecond, burst));
    }

    /** A SYN of CLIENT from another port than before. */
    private static Packet from(Story story, int connection) {
        Family family = story.family();
        return story.syn(CLIENT, VIP).outOf(CLIENT.address(family), 5000 + connection);
    }

    private static void opens(Story story, int connection) {
        Packet syn = from(story, connection);
        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
    }
}
