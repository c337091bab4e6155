package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What another CPU, whose clock has read the next tick already, has just written is new, and not 49 days old. */
final class ClockRows {

    private static final double AHEAD = -2;

    private ClockRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("a UDP flow noted a tick ahead of this CPU keeps its target", story -> {
                    story.exchange();
                    story.weights(OTHER_TARGET);
                    story.later(AHEAD);
                    story.asks(story.udp(CLIENT, VIP));
                }),
                Row.of("a half-open UDP flow noted a tick ahead of this CPU keeps its target", story -> {
                    story.asks(story.udp(CLIENT, VIP));
                    story.weights(OTHER_TARGET);
                    story.later(AHEAD);
                    story.asks(story.udp(CLIENT, VIP));
                    assertThat(story.halfOpen(CLIENT, VIP, UDP)).isPresent();
                }),
                Row.of("a SYN sent again a tick behind the first one goes to the same target", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Counters.Count.SYNS).sent(story.forwarded(syn));
                    story.weights(OTHER_TARGET);
                    story.later(AHEAD);
                    story.asks(syn);
                }),
                Row.of("a SYN on a flow noted a tick ahead of this CPU goes on with it", story -> {
                    story.handshake();
                    story.weights(OTHER_TARGET);
                    story.later(AHEAD);
                    story.asks(story.syn(CLIENT, VIP));
                    story.asks(story.tcp(CLIENT, VIP, ACK));
                }));
    }
}
