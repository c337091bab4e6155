package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Tables.State;
import java.util.List;

/** UDP flows, and checksums that are special there. */
final class UdpRows {

    private UdpRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("one datagram makes a half-open flow", story -> {
                    story.asks(story.udp(CLIENT, VIP));
                    assertThat(story.halfOpen(CLIENT, VIP, UDP).orElseThrow().state())
                            .isEqualTo(State.UDP_NEW);
                    assertThat(story.flow(CLIENT, VIP, UDP)).isEmpty();
                }),
                Row.of("a flood of datagrams that nobody answers confirms nothing", story -> {
                    Packet datagram = story.udp(CLIENT, VIP);
                    for (int i = 0; i < 5; i++) {
                        story.asks(datagram);
                    }
                    assertThat(story.halfOpen(CLIENT, VIP, UDP).orElseThrow().state())
                            .isEqualTo(State.UDP_NEW);
                    assertThat(story.flow(CLIENT, VIP, UDP)).isEmpty();
                }),
                Row.of("a question and its answers confirm nothing: the client's address may be forged", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            story.answers(story.udp(TARGET, CLIENT));
                            story.answers(story.udp(TARGET, CLIENT));
                            assertThat(story.halfOpen(CLIENT, VIP, UDP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.UDP_ANSWERED);
                            assertThat(story.flow(CLIENT, VIP, UDP)).isEmpty();
                        })
                        .everywhere(),
                Row.of("the client's next datagram after an answer confirms the flow", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            story.answers(story.udp(TARGET, CLIENT));
                            story.weights(OTHER_TARGET);
                            Packet another = story.udp(CLIENT, VIP);
                            story.client(another).confirming(TARGET).sent(story.forwarded(another));
                            story.asks(another);
                            story.answers(story.udp(TARGET, CLIENT));
                            assertThat(story.halfOpen(CLIENT, VIP, UDP)).isEmpty();
                            assertThat(story.flow(TARGET, CLIENT, UDP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.ESTABLISHED);
                        })
                        .everywhere(),
                Row.of("a client that is never answered has its flow confirmed after a second", story -> {
                    Packet datagram = story.udp(CLIENT, VIP);
                    story.asks(datagram);
                    story.weights(OTHER_TARGET);
                    story.later(0.6);
                    story.asks(datagram);
                    story.later(0.6);
                    story.client(datagram).confirming(TARGET).sent(story.forwarded(datagram));
                    story.asks(datagram);
                    assertThat(story.halfOpen(CLIENT, VIP, UDP)).isEmpty();
                }),
                Row.of("a target that answers one question for longer than a second confirms the flow", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            Packet answer = story.udp(TARGET, CLIENT);
                            story.answers(answer);
                            story.later(1.1);
                            story.leaves(story.target(answer).confirming(TARGET), story.returned(answer));
                            story.answers(answer);
                        })
                        .everywhere(),
                Row.of("in a crowded table UDP flows stay half open and are served from there", story -> {
                            story.node(setup -> setup.withCrowded(1));
                            story.handshake();
                            Packet datagram = story.udp(CLIENT, VIP);
                            story.asks(datagram);
                            story.answers(story.udp(TARGET, CLIENT));
                            story.weights(OTHER_TARGET);
                            for (int i = 0; i < 2; i++) {
                                story.client(datagram).noting(Reason.TABLE_FULL).sent(story.forwarded(datagram));
                                Packet answer = story.udp(TARGET, CLIENT);
                                story.leaves(story.target(answer).noting(Reason.TABLE_FULL), story.returned(answer));
                            }
                            assertThat(story.halfOpen(CLIENT, VIP, UDP)
                                            .orElseThrow()
                                            .state())
                                    .isEqualTo(State.ESTABLISHED);
                            story.weights(TARGET);
                            story.handshake(OTHER_CLIENT, VIP, TARGET);
                        })
                        .everywhere()
                        .counting(Reason.TABLE_FULL),
                Row.of("an empty group turns away no datagram of a flow that has its target", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            story.weights();
                            story.asks(story.udp(CLIENT, VIP));
                            story.client(story.udp(OTHER_CLIENT, VIP)).dropped(Reason.NO_TARGET);
                        })
                        .counting(Reason.NO_TARGET),
                Row.of("an answer from the clients' side confirms nothing", story -> {
                            story.asks(story.udp(CLIENT, VIP));
                            Packet forged = story.udp(TARGET, CLIENT);
                            story.leaves(
                                    story.here(Side.CLIENTS, forged).noting(Reason.REPLY_UNPROVEN),
                                    story.returned(forged));
                            story.asks(story.udp(CLIENT, VIP));
                            assertThat(story.flow(CLIENT, VIP, UDP)).isEmpty();
                        })
                        .everywhere()
                        .counting(Reason.REPLY_UNPROVEN),
                Row.of("a datagram on a flow that has timed out chooses afresh", story -> {
                            story.exchange();
                            story.weights(OTHER_TARGET);
                            story.later(Setup.UDP_SECONDS - 1);
                            story.asks(story.udp(CLIENT, VIP));
                            story.later(Setup.UDP_SECONDS + 1);
                            Packet datagram = story.udp(CLIENT, VIP);
                            story.client(datagram).ending(TARGET).sent(story.forwarded(datagram, OTHER_TARGET));
                            story.later(1.1);
                            Packet answer = story.udp(OTHER_TARGET, CLIENT);
                            story.leaves(
                                    story.target(answer).confirmingAgain(OTHER_TARGET, Setup.PROXY),
                                    story.returned(answer));
                        })
                        .everywhere(),
                Row.of("answers keep a UDP flow alive", story -> {
                    story.exchange();
                    story.weights(OTHER_TARGET);
                    for (int i = 0; i < 3; i++) {
                        story.later(Setup.UDP_SECONDS - 1);
                        story.answers(story.udp(TARGET, CLIENT));
                    }
                    story.asks(story.udp(CLIENT, VIP));
                }),
                Row.of("a datagram without a checksum stays without", story -> {
                            Packet bare = unchecked(story.udp(CLIENT, VIP));
                            story.asks(bare);
                            story.answers(unchecked(story.udp(TARGET, CLIENT)));
                        })
                        .everywhere()
                        .in(Family.V4),
                Row.of("a checksum that becomes zero is sent as its other form", story -> {
                            story.asks(summingToZero(
                                    story.udp(CLIENT, VIP),
                                    story.udp(CLIENT, VIP).toward(TARGET)));
                            Packet answer = summingToZero(
                                    story.udp(TARGET, CLIENT),
                                    story.udp(TARGET, CLIENT).outOf(VIP));
                            story.answers(answer);
                        })
                        .everywhere(),
                Row.of("a checksum that was wrong stays as wrong as it was", story -> {
                    byte[] frame = story.udp(CLIENT, VIP).frame();
                    frame[frame.length - 1] ^= 1;
                    DataPath.Outcome outcome = story.path().run(story.hook(), Side.CLIENTS, frame);
                    assertThat(Dissector.wrongChecksums(outcome.frame())).containsExactly("udp checksum");
                    outcome.frame()[frame.length - 1] ^= 1;
                    assertThat(outcome.frame())
                            .isEqualTo(story.forwarded(story.udp(CLIENT, VIP)).frame());
                }));
    }

    private static Packet unchecked(Packet packet) {
        Transport.Udp udp = (Transport.Udp) packet.transport();
        return packet.with(new Transport.Udp(udp.sourcePort(), udp.destinationPort(), false, udp.data()));
    }

    /** The packet with data chosen such that its translation sums to zero. */
    private static Packet summingToZero(Packet packet, Packet translated) {
        Transport.Udp udp = (Transport.Udp) packet.transport();
        byte[] bytes = translated
                .with(((Transport.Udp) translated.transport()).withData(new byte[2]))
                .transportBytes();
        // The checksum over zeros, written as data, makes the sum all ones, whose complement is zero.
        byte[] data = {bytes[6], bytes[7]};
        Packet chosen = packet.with(udp.withData(data));
        assertThat(translated
                        .with(((Transport.Udp) translated.transport()).withData(data))
                        .transportBytes())
                .as("the translation's checksum")
                .startsWith(startOf(translated, data));
        return chosen;
    }

    private static byte[] startOf(Packet translated, byte[] data) {
        Transport.Udp udp = ((Transport.Udp) translated.transport()).withData(data);
        return new byte[] {
            (byte) (udp.sourcePort() >>> 8),
            (byte) udp.sourcePort(),
            (byte) (udp.destinationPort() >>> 8),
            (byte) udp.destinationPort(),
            0,
            10,
            (byte) 0xff,
            (byte) 0xff
        };
    }
}
