package io.weir.packet;

import static io.weir.packet.Role.ANYWHERE;
import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.VIP;
import static io.weir.packet.Transport.ACK;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Protocol;
import io.weir.packet.Counters.Count;
import io.weir.packet.Packet.Extension;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is left alone, and what is dropped. */
final class RefusalRows {

    private static final int GRE = 47;
    private static final int NO_NEXT_HEADER = 59;

    private RefusalRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("what is not IP passes", story -> {
                            byte[] arp = story.syn(CLIENT, VIP).frame();
                            arp[12] = 0x08;
                            arp[13] = 0x06;
                            story.at(story.hook(), Side.CLIENTS, arp)
                                    .withWrongChecksums()
                                    .passed(Reason.NOT_IP);
                            byte[] threeTags =
                                    story.syn(CLIENT, VIP).tagged(1, 2, 3).frame();
                            story.at(story.hook(), Side.CLIENTS, threeTags).passed(Reason.NOT_IP);
                        })
                        .everywhere()
                        .counting(Reason.NOT_IP),
                Row.of("what is for no listener and of no flow passes", story -> {
                            story.here(Side.CLIENTS, story.syn(CLIENT, OTHER_VIP))
                                    .passed(Reason.NOT_SERVICE);
                            story.here(Side.CLIENTS, story.udp(TARGET, CLIENT)).passed(Reason.NOT_SERVICE);
                            story.here(Side.SERVERS, story.tcp(TARGET, CLIENT, ACK))
                                    .passed(Reason.NOT_SERVICE);
                            story.here(Side.CLIENTS, story.syn(CLIENT, VIP).toward(VIP.address(story.family()), 81))
                                    .passed(Reason.NOT_SERVICE);
                        })
                        .everywhere()
                        .counting(Reason.NOT_SERVICE),
                Row.of("where all listeners have addresses, others pass", story -> {
                            for (int i = 0; i < 2; i++) {
                                story.node(setup -> setup.withListeners(
                                        List.of(Setup.vip(VIP, story.family(), Setup.PROXY, Setup.GROUP))));
                            }
                            story.here(Side.CLIENTS, story.syn(CLIENT, OTHER_VIP))
                                    .passed(Reason.NOT_SERVICE);
                            story.here(Side.CLIENTS, story.tcp(CLIENT, OTHER_VIP, ACK))
                                    .passed(Reason.NOT_SERVICE);
                            Packet syn = story.syn(CLIENT, VIP);
                            story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                        })
                        .counting(Reason.NOT_SERVICE),
                Row.of("at egress what clients send is not ours", story -> {
                            story.here(Side.CLIENTS, story.syn(CLIENT, VIP)).passed(Reason.NOT_SERVICE);
                            story.handshake();
                            story.here(Side.CLIENTS, story.tcp(CLIENT, VIP, ACK))
                                    .passed(Reason.NOT_SERVICE);
                        })
                        .at(Hook.EGRESS)
                        .counting(Reason.NOT_SERVICE),
                Row.of("a listener of an interface takes nothing that is for all or many", story -> {
                            Packet one = story.udp(CLIENT, ANYWHERE);
                            Mac all = new Mac(0xffff_ffff_ffffL);
                            story.client(one.with(all, CLIENT.mac())).passed(Reason.NOT_UNICAST);
                            for (String address :
                                    story.v4() ? List.of("224.0.0.251", "255.255.255.255") : List.of("ff02::fb")) {
                                story.client(one.toward(IpAddress.parse(address), ANYWHERE.port()))
                                        .passed(Reason.NOT_UNICAST);
                            }
                            story.asks(one);
                        })
                        .counting(Reason.NOT_UNICAST),
                Row.of("a VIP is taken however it was delivered", story -> {
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn.with(new Mac(0x0300_5e00_0001L), CLIENT.mac()))
                            .counting(Counters.Count.SYNS)
                            .sent(story.forwarded(syn));
                }),
                Row.of("a listener of one protocol takes no other", story -> {
                            story.node(setup -> setup.withListeners(List.of(new Setup.Listener(
                                    Optional.of(VIP.address(story.family())),
                                    Side.CLIENTS,
                                    VIP.port(),
                                    Set.of(Protocol.TCP),
                                    Setup.PROXY,
                                    Setup.GROUP,
                                    false,
                                    true))));
                            story.client(story.udp(CLIENT, VIP)).passed(Reason.NOT_SERVICE);
                            story.client(story.syn(CLIENT, ANYWHERE)).passed(Reason.NOT_SERVICE);
                        })
                        .counting(Reason.NOT_SERVICE),
                Row.of(
                                "a tagged packet is not of the listener of the interface under the tag",
                                story -> story.client(
                                                story.syn(CLIENT, ANYWHERE).tagged(7))
                                        .passed(Reason.NOT_SERVICE))
                        .counting(Reason.NOT_SERVICE),
                Row.of("protocols that are not balanced pass", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            story.here(Side.CLIENTS, syn.with(new Transport.Raw(GRE, new byte[30])))
                                    .passed(Reason.PROTOCOL);
                            story.here(
                                            Side.CLIENTS,
                                            syn.with(new Transport.Icmp(
                                                    story.family(), story.v4() ? 8 : 128, 0, 0, new byte[30])))
                                    .passed(Reason.PROTOCOL);
                            int other = story.v4() ? Transport.ICMPV6 : Transport.ICMP;
                            story.here(Side.CLIENTS, syn.with(new Transport.Raw(other, new byte[30])))
                                    .withWrongChecksums()
                                    .passed(Reason.PROTOCOL);
                        })
                        .everywhere()
                        .counting(Reason.PROTOCOL),
                Row.of(
                                "a packet without a transport header passes",
                                story -> story.here(
                                                Side.CLIENTS,
                                                story.syn(CLIENT, VIP)
                                                        .with(new Transport.Raw(NO_NEXT_HEADER, new byte[30])))
                                        .passed(Reason.PROTOCOL))
                        .in(Family.V6)
                        .everywhere()
                        .counting(Reason.PROTOCOL),
                Row.of("headers that end too early pass", story -> {
                            byte[] whole = story.syn(CLIENT, VIP).frame();
                            int network = story.v4() ? 20 : 40;
                            // The kernel gives no TC program less than an IP header.
                            int least = story.hook() == Hook.XDP ? 14 + network - 1 : 14 + network;
                            for (int length : new int[] {least, 14 + network, 14 + network + 19, whole.length - 1}) {
                                truncated(story, Arrays.copyOf(whole, length));
                            }
                        })
                        .everywhere()
                        .counting(Reason.TRUNCATED),
                Row.of("headers whose lengths lie pass", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            int network = 14;
                            int transport = network + (story.v4() ? 20 : 40);
                            truncated(story, patched(syn, network, story.v4() ? 0x65 : 0x40)); // version
                            truncated(story, patched(syn, transport + 12, 0x40)); // a TCP header of 16 bytes
                            truncated(
                                    story, patched(story.udp(CLIENT, VIP), transport + 5, 7)); // a datagram of 7 bytes
                            truncated(story, patched(syn, network + (story.v4() ? 2 : 4), 1)); // longer than the frame
                            if (story.v4()) {
                                truncated(story, patched(syn, network, 0x44)); // an IP header of 16 bytes
                                truncated(story, patched(syn, network + 3, 19)); // shorter than its own header
                            }
                        })
                        .everywhere()
                        .counting(Reason.TRUNCATED),
                Row.of("a transport header behind the end of the IP packet is none", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            int length = story.v4() ? 14 + 3 : 14 + 5;
                            truncated(story, patched(syn, length, story.v4() ? 39 : 19));
                            truncated(story, patched(story.udp(CLIENT, VIP), length, story.v4() ? 27 : 7));
                        })
                        .everywhere()
                        .counting(Reason.TRUNCATED),
                Row.of("extension headers that must not be translated pass", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            Extension[] many = new Extension[7];
                            Arrays.fill(many, ForwardRows.padding(Packet.DESTINATION));
                            extended(story, syn.withExtensions(many));
                            extended(story, syn.withExtensions(new Extension(Packet.AUTHENTICATION, new byte[22])));
                            extended(
                                    story,
                                    syn.withExtensions(new Extension(Packet.ROUTING, new byte[] {4, 1, 0, 0, 0, 0})));
                            extended(
                                    story,
                                    syn.withExtensions(new Extension(
                                            Packet.DESTINATION, new byte[1022]))); // longer than anyone will look
                        })
                        .in(Family.V6)
                        .at(Hook.XDP)
                        .counting(Reason.EXTENSION_HEADER),
                Row.of("the same at TC, where less of a packet can be looked at", story -> {
                            Packet syn = story.syn(CLIENT, VIP);
                            extended(story, syn.withExtensions(new Extension(Packet.AUTHENTICATION, new byte[22])));
                            extended(
                                    story,
                                    syn.withExtensions(new Extension(Packet.ROUTING, new byte[] {4, 1, 0, 0, 0, 0})));
                        })
                        .in(Family.V6)
                        .at(Hook.INGRESS, Hook.EGRESS)
                        .counting(Reason.EXTENSION_HEADER),
                Row.of(
                                "an authenticated IPv4 packet passes as any other protocol",
                                story -> story.here(
                                                Side.CLIENTS,
                                                story.syn(CLIENT, VIP)
                                                        .with(new Transport.Raw(Packet.AUTHENTICATION, new byte[44])))
                                        .passed(Reason.PROTOCOL))
                        .in(Family.V4)
                        .everywhere()
                        .counting(Reason.PROTOCOL),
                Row.of("a connection that no target can take is dropped", story -> {
                            story.handshake();
                            story.weights();
                            story.client(story.syn(OTHER_CLIENT, VIP)).dropped(Reason.NO_TARGET);
                            story.client(story.udp(OTHER_CLIENT, VIP)).dropped(Reason.NO_TARGET);
                            story.client(story.tcp(OTHER_CLIENT, VIP, ACK)).dropped(Reason.NO_TARGET);
                            story.asks(story.tcp(CLIENT, VIP, ACK));
                        })
                        .counting(Reason.NO_TARGET),
                Row.of("a connection that only targets of the other family could take is dropped", story -> {
                            Family other = story.v4() ? Family.V6 : Family.V4;
                            story.node(setup -> setup.sending(Setup.GROUP).sending(Setup.GROUP, other, TARGET));
                            story.client(story.syn(CLIENT, VIP)).dropped(Reason.NO_TARGET_OF_FAMILY);
                        })
                        .counting(Reason.NO_TARGET_OF_FAMILY));
    }

    private static void truncated(Story story, byte[] frame) {
        story.at(story.hook(), Side.CLIENTS, frame).withWrongChecksums().passed(Reason.TRUNCATED);
    }

    private static void extended(Story story, Packet packet) {
        story.here(Side.CLIENTS, packet).passed(Reason.EXTENSION_HEADER);
    }

    private static byte[] patched(Packet packet, int at, int value) {
        byte[] frame = packet.frame();
        frame[at] = (byte) value;
        return frame;
    }
}
