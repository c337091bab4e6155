package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.Reason;
import io.weir.libbpf.RingBuffer;
import io.weir.packet.Counters.Count;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is kept for the user: totals of each flow, and events. */
final class RecordRows {

    private RecordRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("totals of a flow count from the packet that confirmed it", story -> {
                            story.node(Setup::withTotals);
                            story.handshake();
                            Packet answer = story.tcp(TARGET, CLIENT, ACK);
                            story.answers(answer);
                            story.answers(answer);
                            int bytes = answer.network().length;
                            assertThat(story.path().tables().read().totals())
                                    .containsOnly(
                                            Map.entry(story.key(CLIENT, VIP, TCP), new Tables.Totals(1, bytes)),
                                            Map.entry(
                                                    story.key(TARGET, CLIENT, TCP), new Tables.Totals(2, 2L * bytes)));
                        })
                        .everywhere(),
                Row.of("a connection that never comes about leaves no totals", story -> {
                    story.node(Setup::withTotals);
                    for (int port = 5000; port < 5010; port++) {
                        Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), port);
                        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    }
                    assertThat(story.path().tables().read().totals()).isEmpty();
                }),
                Row.of("a flow that takes another's place begins with totals of its own", story -> {
                    story.node(Setup::withTotals);
                    story.handshake();
                    story.later(2);
                    story.answers(story.tcp(TARGET, CLIENT, RST));
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).ending(TARGET).counting(Count.SYNS).sent(story.forwarded(syn));
                    story.answers(story.synAck(TARGET, CLIENT));
                    Packet ack = story.tcp(CLIENT, VIP, ACK);
                    story.client(ack)
                            .counting(Count.HANDSHAKES)
                            .confirmingAgain(TARGET, Setup.PROXY)
                            .sent(story.forwarded(ack));
                    assertThat(story.path().tables().read().totals())
                            .containsOnly(
                                    Map.entry(story.key(CLIENT, VIP, TCP), new Tables.Totals(1, ack.network().length)));
                }),
                Row.of("without memory for totals the packet goes on all the same", story -> {
                            story.node(Setup::withTotals);
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            story.path().forgetFlowsAlone();
                            Packet data = story.tcp(OTHER_CLIENT, VIP, ACK);
                            story.client(data).noting(Reason.PICKED_UP).sent(story.forwarded(data));
                            Packet answer = story.tcp(TARGET, OTHER_CLIENT, ACK);
                            story.leaves(
                                    story.target(answer)
                                            .noting(Reason.NO_MEMORY)
                                            .confirming(TARGET),
                                    story.returned(answer, VIP, OTHER_CLIENT));
                        })
                        .at(Hook.EGRESS)
                        .counting(Reason.NO_MEMORY)
                        .cramped(),
                Row.of("the same where packets come in", story -> {
                            story.node(Setup::withTotals);
                            story.handshake();
                            story.answers(story.tcp(TARGET, CLIENT, ACK));
                            story.path().forgetFlowsAlone();
                            Packet data = story.udp(OTHER_CLIENT, VIP);
                            story.asks(data);
                            story.later(1.1);
                            story.client(data)
                                    .noting(Reason.NO_MEMORY)
                                    .confirming(TARGET)
                                    .sent(story.forwarded(data));
                        })
                        .counting(Reason.NO_MEMORY)
                        .cramped(),
                Row.of("a flow that begins and one that ends are told with their addresses and totals", story -> {
                    story.node(setup -> setup.withEvents().withTotals());
                    try (RingBuffer ring = new RingBuffer(story.path().objects().map(MapShape.EVENTS))) {
                        ring.consume(old -> {}, Integer.MAX_VALUE);
                        story.handshake();
                        Packet reset = story.tcp(TARGET, CLIENT, RST);
                        story.target(reset).counting(Count.EARLY_RESETS).sent(story.returned(reset));
                        Packet syn = story.syn(CLIENT, VIP);
                        story.client(syn).ending(TARGET).counting(Count.SYNS).sent(story.forwarded(syn));
                        List<String> told = new ArrayList<>();
                        ring.consume(event -> told.add(text(story, event)), Integer.MAX_VALUE);
                        int bytes = reset.network().length;
                        String flow = " " + CLIENT.address(story.family()) + ":40000 to " + VIP.address(story.family())
                                + ":80 at " + Setup.index(TARGET, story.family()) + " for 5 protocol 6";
                        assertThat(told)
                                .containsExactly(
                                        "1" + flow + " flags 0 packets 0/0 bytes 0/0",
                                        "2" + flow + " flags 20 packets 1/1 bytes " + bytes + "/" + bytes);
                    }
                }),
                Row.of("the time of a handshake is told, unless its SYN was sent again", story -> {
                    story.node(Setup::withEvents);
                    try (RingBuffer ring = new RingBuffer(story.path().objects().map(MapShape.EVENTS))) {
                        ring.consume(old -> {}, Integer.MAX_VALUE);
                        List<Long> micros = new ArrayList<>();
                        story.handshake();
                        ring.consume(event -> micros.add(NodeAbi.Event.HANDSHAKE.get(event)), Integer.MAX_VALUE);
                        Packet syn = story.syn(OTHER_CLIENT, VIP);
                        story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                        story.client(syn).sent(story.forwarded(syn));
                        Packet answer = story.synAck(TARGET, OTHER_CLIENT);
                        story.leaves(story.target(answer), story.returned(answer, VIP, OTHER_CLIENT));
                        Packet ack = story.tcp(OTHER_CLIENT, VIP, ACK);
                        story.client(ack)
                                .counting(Count.HANDSHAKES)
                                .confirming(TARGET)
                                .sent(story.forwarded(ack));
                        ring.consume(event -> micros.add(NodeAbi.Event.HANDSHAKE.get(event)), Integer.MAX_VALUE);
                        assertThat(micros).hasSize(2);
                        assertThat(micros.getFirst()).isPositive();
                        assertThat(micros.getLast()).isZero();
                    }
                }));
    }

    private static String text(Story story, MemorySegment event) {
        assertThat(NodeAbi.Event.FAMILY.getInt(event)).isEqualTo(Addresses.number(story.family()));
        return NodeAbi.Event.TYPE.get(event) + " " + Addresses.get(NodeAbi.Event.CLIENT, event, story.family()) + ":"
                + NodeAbi.Event.CLIENT_PORT.get(event) + " to "
                + Addresses.get(NodeAbi.Event.VIP, event, story.family()) + ":"
                + NodeAbi.Event.VIP_PORT.get(event) + " at " + NodeAbi.Event.TARGET.get(event) + " for "
                + NodeAbi.Event.PROXY.get(event) + " protocol " + NodeAbi.Event.PROTOCOL.get(event) + " flags "
                + NodeAbi.Event.FLAGS.get(event) + " packets " + NodeAbi.Event.PACKETS.get(event, 0) + "/"
                + NodeAbi.Event.PACKETS.get(event, 1) + " bytes " + NodeAbi.Event.BYTES.get(event, 0) + "/"
                + NodeAbi.Event.BYTES.get(event, 1);
    }
}
