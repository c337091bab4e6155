package io.weir.packet;

import static io.weir.packet.Role.CLIENT;
import static io.weir.packet.Role.FAR_CLIENT;
import static io.weir.packet.Role.OTHER_CLIENT;
import static io.weir.packet.Role.OTHER_TARGET;
import static io.weir.packet.Role.OTHER_VIP;
import static io.weir.packet.Role.TARGET;
import static io.weir.packet.Role.THIRD_TARGET;
import static io.weir.packet.Role.VIP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.packet.Counters.Count;
import io.weir.policy.FlowHash;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which target a new flow is sent to. */
final class ChoiceRows {

    private ChoiceRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("the slot is the one that the node computes too", story -> {
                    Role[] turns = {TARGET, OTHER_TARGET, THIRD_TARGET, OTHER_TARGET, TARGET};
                    story.weights(turns);
                    for (int port = 5000; port < 5040; port++) {
                        Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), port);
                        int hash = FlowHash.of(
                                Setup.usual().seed(), syn.source(), port, syn.destination(), VIP.port(), Protocol.TCP);
                        Role chosen = turns[FlowHash.slot(hash, turns.length)];
                        story.client(syn).counting(chosen, Count.SYNS).sent(story.forwarded(syn, chosen));
                    }
                }),
                Row.of("with session persistence the client's address alone decides", story -> {
                    story.node(setup -> setup.withListeners(List.of(persistent(VIP, story))));
                    Role[] turns = {TARGET, OTHER_TARGET, THIRD_TARGET};
                    story.weights(turns);
                    Set<Role> all = new HashSet<>();
                    for (Role client : List.of(CLIENT, OTHER_CLIENT, FAR_CLIENT)) {
                        IpAddress address = client.address(story.family());
                        Role chosen = turns[
                                FlowHash.slot(FlowHash.ofClient(Setup.usual().seed(), address), turns.length)];
                        all.add(chosen);
                        for (int port = 5000; port < 5005; port++) {
                            Packet syn = story.syn(client, VIP).outOf(address, port);
                            story.client(syn).counting(chosen, Count.SYNS).sent(story.forwarded(syn, chosen));
                        }
                    }
                    assertThat(all).hasSizeGreaterThan(1);
                }),
                Row.of("a source route leads to its own targets", story -> {
                    story.node(setup -> setup.with(route(story, Setup.PROXY, CLIENT, 24, 64, Setup.OTHER_GROUP))
                            .sending(Setup.OTHER_GROUP, OTHER_TARGET));
                    Packet inside = story.syn(CLIENT, VIP);
                    story.client(inside).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(inside, OTHER_TARGET));
                    Packet outside = story.syn(FAR_CLIENT, VIP);
                    story.client(outside).counting(Count.SYNS).sent(story.forwarded(outside));
                }),
                Row.of("of two source routes the longer prefix wins", story -> {
                    story.node(setup -> setup.with(route(story, Setup.PROXY, CLIENT, 24, 64, Setup.OTHER_GROUP))
                            .with(route(story, Setup.PROXY, OTHER_CLIENT, 32, 128, 2))
                            .with(route(story, Setup.PROXY, CLIENT, 0, 0, 3))
                            .sending(Setup.OTHER_GROUP, OTHER_TARGET)
                            .sending(2, THIRD_TARGET)
                            .sending(3, TARGET));
                    Packet wide = story.syn(CLIENT, VIP);
                    story.client(wide).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(wide, OTHER_TARGET));
                    Packet narrow = story.syn(OTHER_CLIENT, VIP);
                    story.client(narrow).counting(THIRD_TARGET, Count.SYNS).sent(story.forwarded(narrow, THIRD_TARGET));
                    Packet any = story.syn(FAR_CLIENT, VIP);
                    story.client(any).counting(Count.SYNS).sent(story.forwarded(any));
                }),
                Row.of("a source route is its proxy's alone", story -> {
                    story.node(setup -> setup.with(route(story, Setup.PROXY, CLIENT, 24, 64, Setup.OTHER_GROUP))
                            .with(route(story, Setup.OTHER_PROXY, FAR_CLIENT, 24, 64, 2))
                            .with(Setup.vip(OTHER_VIP, story.family(), Setup.OTHER_PROXY, Setup.GROUP))
                            .sending(Setup.OTHER_GROUP, OTHER_TARGET)
                            .sending(2, THIRD_TARGET));
                    Packet other = story.syn(CLIENT, OTHER_VIP);
                    story.client(other).counting(Count.SYNS).sent(story.forwarded(other));
                    Packet far = story.syn(FAR_CLIENT, OTHER_VIP);
                    story.client(far).counting(THIRD_TARGET, Count.SYNS).sent(story.forwarded(far, THIRD_TARGET));
                }),
                Row.of("a source route whose targets are all gone falls back on nobody", story -> {
                            story.node(
                                    setup -> setup.with(route(story, Setup.PROXY, CLIENT, 24, 64, Setup.OTHER_GROUP)));
                            story.client(story.syn(CLIENT, VIP)).dropped(Reason.NO_TARGET);
                        })
                        .counting(Reason.NO_TARGET),
                Row.of("a VIP's listener comes before one of the interface", story -> {
                    story.node(setup -> setup.with(new Setup.Listener(
                                    Optional.empty(),
                                    Side.CLIENTS,
                                    VIP.port(),
                                    Setup.both(),
                                    Setup.OTHER_PROXY,
                                    Setup.OTHER_GROUP,
                                    false,
                                    false))
                            .sending(Setup.OTHER_GROUP, OTHER_TARGET));
                    Packet syn = story.syn(CLIENT, VIP);
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    Packet other = story.syn(CLIENT, OTHER_VIP);
                    story.client(other).counting(OTHER_TARGET, Count.SYNS).sent(story.forwarded(other, OTHER_TARGET));
                }),
                Row.of("a client's port that is also a target's port misleads nobody", story -> {
                    Packet syn = story.syn(CLIENT, VIP).outOf(CLIENT.address(story.family()), TARGET.port());
                    story.client(syn).counting(Count.SYNS).sent(story.forwarded(syn));
                    Packet synAck = story.synAck(TARGET, CLIENT).toward(CLIENT.address(story.family()), TARGET.port());
                    story.target(synAck).sent(story.returned(synAck));
                }));
    }

    private static Setup.Listener persistent(Role vip, Story story) {
        return new Setup.Listener(
                Optional.of(vip.address(story.family())),
                Side.CLIENTS,
                vip.port(),
                Setup.both(),
                Setup.PROXY,
                Setup.GROUP,
                true,
                true);
    }

    /** The network of a role; the bits behind the prefix are set, as nobody promised they are not. */
    private static Setup.SourceRoute route(Story story, int proxy, Role role, int bits4, int bits6, int group) {
        return new Setup.SourceRoute(proxy, role.address(story.family()), story.v4() ? bits4 : bits6, group, false);
    }
}
