package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
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

/** Connections that are picked up, or confirmed, when an end of theirs has begun. */
final class PickUpRows {

    /** enum flow_flag. */
    private static final int FIN_CLIENT = 1;

    private static final int FIN_TARGET = 2;
    private static final int OVER = 16;

    /** What acknowledges a FIN that came with three bytes. */
    private static final int BEHIND_FIN = Story.CLIENT_ISN + 5;

    private PickUpRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("a connection picked up by its client's FIN is over when its target ends it too", story -> {
                            adopt(story, FIN | ACK);
                            Packet fin = taking(story, FIN | ACK);
                            story.leaves(story.target(fin).confirming(TARGET), story.returned(fin));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                            story.weights(OTHER_TARGET);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn)
                                    .ending(TARGET)
                                    .counting(OTHER_TARGET, Count.SYNS)
                                    .sent(story.forwarded(syn, OTHER_TARGET));
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("it is over when that leaves by egress as well", story -> {
                            adopt(story, FIN | ACK);
                            Packet fin = taking(story, FIN | ACK);
                            story.leaves(story.target(fin).confirming(TARGET), story.returned(fin));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                        })
                        .at(Hook.EGRESS),
                Row.of("until then it goes on, as half closed as it is", story -> {
                            adopt(story, FIN | ACK);
                            Packet data = taking(story, ACK);
                            story.leaves(story.target(data).confirming(TARGET), story.returned(data));
                            FlowRows.assertStates(story, State.ESTABLISHED, FIN_CLIENT);
                            story.answers(taking(story, FIN | ACK));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("a FIN before the answer to what was picked up counts as well", story -> {
                            adopt(story, ACK);
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.PICKED_UP_FIN);
                            Packet fin = story.tcp(TARGET, CLIENT, FIN | ACK); // it has not had the client's
                            story.leaves(story.target(fin).confirming(TARGET), story.returned(fin));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                            story.answers(taking(story, ACK));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("a target's FIN that confirms what was picked up is its end of the connection", story -> {
                            adopt(story, ACK);
                            Packet fin = story.tcp(TARGET, CLIENT, FIN | ACK);
                            story.leaves(story.target(fin).confirming(TARGET), story.returned(fin));
                            FlowRows.assertStates(story, State.ESTABLISHED, FIN_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, FIN | ACK));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET);
                        })
                        .counting(Reason.PICKED_UP),
                Row.of("a client's FIN that completes the handshake is its end of the connection", story -> {
                            HandshakeRows.opened(story);
                            Packet fin = story.tcp(CLIENT, VIP, FIN | ACK);
                            story.client(fin)
                                    .counting(Count.HANDSHAKES)
                                    .confirming(TARGET)
                                    .sent(story.forwarded(fin));
                            FlowRows.assertStates(story, State.ESTABLISHED, FIN_CLIENT);
                            story.answers(taking(story, FIN | ACK));
                            FlowRows.assertStates(story, State.CLOSING, FIN_CLIENT | FIN_TARGET | OVER);
                        })
                        .everywhere(),
                Row.of("an RST that belongs to no connection leaves nothing that lasts", story -> {
                            Packet reset = story.tcp(CLIENT, VIP, RST);
                            story.client(reset).noting(Reason.PICKED_UP).sent(story.forwarded(reset));
                            story.client(reset).sent(story.forwarded(reset));
                            assertThat(story.flow(CLIENT, VIP, TCP)).isEmpty();
                            story.later(Setup.SYN_SECONDS + 1);
                            assertThat(story.halfOpen(CLIENT, VIP, TCP)).isEmpty();
                        })
                        .counting(Reason.PICKED_UP));
    }

    private static void adopt(Story story, int flags) {
        Packet packet = story.tcp(CLIENT, VIP, flags);
        story.client(packet).noting(Reason.PICKED_UP).sent(story.forwarded(packet));
        Tables.HalfOpen half = story.halfOpen(CLIENT, VIP, TCP).orElseThrow();
        boolean ends = (flags & FIN) != 0;
        assertThat(half.state()).isEqualTo(ends ? State.PICKED_UP_FIN : State.PICKED_UP);
        assertThat(half.acknowledgment()).isEqualTo(ends ? BEHIND_FIN : 0);
    }

    /** A target's packet that acknowledges the client's FIN. */
    private static Packet taking(Story story, int flags) {
        return story.tcp(TARGET, CLIENT, flags, Story.TARGET_ISN + 1, BEHIND_FIN);
    }
}
