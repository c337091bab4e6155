package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import java.util.List;

/** From the first SYN to a flow in the main table. */
final class HandshakeRows {

    private HandshakeRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("a SYN to a VIP is sent to the chosen target and leaves a half-open flow", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    assertThat(story.halfOpen(CLIENT, VIP, TCP))
                            .contains(new Tables.HalfOpen(
                                    State.SYN_SENT, Setup.index(TARGET, story.family()), Setup.PROXY, 0, 0));
                    assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                }));
    }
}
