package io.weir.packet.model;

import io.weir.flow.FlowRecord;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.NodeId;
import io.weir.packet.PeerFlows;
import io.weir.packet.Setup;
import io.weir.packet.Tables;
import io.weir.packet.Tables.Key;
import io.weir.packet.Tables.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flows that peers carry: a few places for each port of a client, of which one may be void while others stand behind it. */
final class Shadows {

    private static final int PLACES = 4;

    private final Memory memory;
    private final int room;
    private final Map<Client, List<Optional<Shadow>>> places = new HashMap<>();

    Shadows(Memory memory, int room) {
        this.memory = memory;
        this.room = room;
    }

    private record Client(IpAddress address, int port, int protocol) {}

    private record Shadow(NodeId owner, Key key, Endpoint target, int proxy, long created) {}

    /** A flow stays this node's own if it was not silent, or is the later one of two; otherwise it is the peer's. */
    void put(NodeId owner, FlowRecord flow) {
        Key key = PeerFlows.key(flow);
        Memory.Flow own = memory.flows.get(key);
        boolean isOwn = own != null && !own.reply && own.state == State.ESTABLISHED;
        if (isOwn && !isGivenUp(own, flow)) {
            return;
        }
        if (isOutdated(owner, flow)) {
            return;
        }
        Shadow shadow = new Shadow(
                owner,
                key,
                flow.target(),
                PeerFlows.proxy(flow),
                memory.now - flow.age().toSeconds() * Setup.HZ);
        boolean stored = store(shadow);
        if (!stored && voids() > 0) {
            places.keySet().stream().toList().forEach(this::tidy);
            stored = store(shadow);
        }
        if (stored && isOwn) {
            memory.replace(own);
        }
    }

    /** Another peer's connection to another target began later. */
    private boolean isOutdated(NodeId owner, FlowRecord flow) {
        Key key = PeerFlows.key(flow);
        List<Optional<Shadow>> of = places.getOrDefault(client(key), List.of());
        int at = place(of, key);
        return at >= 0
                && of.get(at)
                        .filter(shadow -> !shadow.owner.equals(owner))
                        .filter(shadow -> !shadow.target.equals(flow.target()))
                        .filter(shadow ->
                                memory.now - shadow.created < flow.age().toSeconds() * Setup.HZ)
                        .isPresent();
    }

    private boolean isGivenUp(Memory.Flow own, FlowRecord flow) {
        if (!own.address.equals(flow.target().address())
                || own.port != flow.target().port()) {
            return memory.now - own.created >= flow.age().toSeconds() * Setup.HZ;
        }
        Memory.Flow twin = memory.twin(own);
        long idle = memory.now - (twin == null ? own.seen : Math.max(own.seen, twin.seen));
        return idle >= flow.idle().toSeconds() * Setup.HZ && idle >= 2L * Setup.HZ;
    }

    private boolean store(Shadow shadow) {
        List<Optional<Shadow>> of = places.computeIfAbsent(client(shadow.key), absent -> new ArrayList<>());
        int at = place(of, shadow.key);
        if (at < 0) {
            at = of.indexOf(Optional.<Shadow>empty());
        }
        if (at >= 0) {
            of.set(at, Optional.of(shadow));
            return true;
        }
        boolean fits = of.size() < PLACES && held(shadow.key.family()) < room;
        if (fits) {
            of.add(Optional.of(shadow));
        }
        return fits;
    }

    void remove(NodeId owner, Key key) {
        List<Optional<Shadow>> of = places.getOrDefault(client(key), new ArrayList<>());
        int at = place(of, key);
        if (at >= 0 && of.get(at).orElseThrow().owner.equals(owner)) {
            of.set(at, Optional.empty());
        }
        tidy(client(key));
    }

    void handOver(NodeId from, NodeId to, FlowRecord flow) {
        Key key = PeerFlows.key(flow);
        places.getOrDefault(client(key), new ArrayList<>())
                .replaceAll(place -> place.map(shadow ->
                        shadow.key.equals(key) && shadow.owner.equals(from) && shadow.target.equals(flow.target())
                                ? new Shadow(to, key, shadow.target, shadow.proxy, shadow.created)
                                : shadow));
    }

    /** Makes a flow this node's own, as if its last packet had come now. */
    void claim(NodeId owner, FlowRecord flow, Choice choice, Setup setup) {
        places.keySet().stream().toList().forEach(this::tidy); // the node passes them on its way
        Key key = PeerFlows.key(flow);
        Optional<Memory.HalfOpen> shadowed = isOf(owner, key) ? ofVip(key, choice) : Optional.empty();
        if (shadowed.isEmpty() || memory.isCrowded(shadowed.get(), setup)) {
            return;
        }
        boolean isKept = memory.isFollowed(key) || memory.isTaken(shadowed.get(), choice);
        if (isKept || memory.claim(shadowed.get(), choice)) {
            remove(owner, key);
        }
    }

    private boolean isOf(NodeId owner, Key key) {
        List<Optional<Shadow>> of = places.getOrDefault(client(key), List.of());
        int at = place(of, key);
        return at >= 0 && of.get(at).orElseThrow().owner.equals(owner);
    }

    /** This node carries a flow of these addresses from now on. */
    void supersede(Key key) {
        List<Optional<Shadow>> of = places.getOrDefault(client(key), List.of());
        int at = place(of, key);
        if (at >= 0) {
            of.set(at, Optional.empty());
        }
    }

    boolean isOfVip(Key packet) {
        return place(places.getOrDefault(client(packet), List.of()), packet) >= 0;
    }

    /** What a client's packet belongs to; empty also when its target is none of this node's. */
    Optional<Memory.HalfOpen> ofVip(Key packet, Choice choice) {
        return places.getOrDefault(client(packet), List.of()).stream()
                .flatMap(Optional::stream)
                .filter(shadow -> shadow.key.equals(packet))
                .findFirst()
                .flatMap(shadow -> read(shadow, choice));
    }

    /** What a target's packet belongs to. */
    Optional<Memory.HalfOpen> ofTarget(Key packet, Choice choice) {
        Client client = new Client(packet.destination(), packet.destinationPort(), packet.protocol());
        return places.getOrDefault(client, List.of()).stream()
                .flatMap(Optional::stream)
                .filter(shadow ->
                        shadow.target.address().equals(packet.source()) && shadow.target.port() == packet.sourcePort())
                .findFirst()
                .flatMap(shadow -> read(shadow, choice));
    }

    /** What targets of flows of peers would send. */
    List<Key> answers() {
        return places.values().stream()
                .flatMap(List::stream)
                .flatMap(Optional::stream)
                .map(shadow -> new Key(
                        shadow.target.address(),
                        shadow.target.port(),
                        shadow.key.source(),
                        shadow.key.sourcePort(),
                        shadow.key.protocol()))
                .toList();
    }

    Map<Key, Tables.Shadow> tables() {
        Map<Key, Tables.Shadow> shadows = new HashMap<>();
        places.values().stream()
                .flatMap(List::stream)
                .flatMap(Optional::stream)
                .forEach(shadow -> shadows.put(
                        shadow.key,
                        new Tables.Shadow(
                                shadow.target.address(),
                                shadow.target.port(),
                                shadow.proxy,
                                memory.seconds(shadow.created))));
        return shadows;
    }

    private Optional<Memory.HalfOpen> read(Shadow shadow, Choice choice) {
        return choice.target(shadow.target.address(), shadow.target.port()).map(index -> {
            Memory.HalfOpen read = new Memory.HalfOpen(shadow.key, shadow.proxy, index, State.SHADOWED);
            read.created = shadow.created;
            return read;
        });
    }

    private void tidy(Client client) {
        List<Optional<Shadow>> of = places.getOrDefault(client, new ArrayList<>());
        while (!of.isEmpty() && of.getLast().isEmpty()) {
            of.removeLast();
        }
    }

    private long voids() {
        return places.values().stream()
                .flatMap(List::stream)
                .filter(Optional::isEmpty)
                .count();
    }

    private long held(Family family) {
        return places.entrySet().stream()
                .filter(of -> of.getKey().address().family() == family)
                .mapToLong(of -> of.getValue().size())
                .sum();
    }

    private static int place(List<Optional<Shadow>> of, Key key) {
        for (int at = 0; at < of.size(); at++) {
            if (of.get(at).filter(shadow -> shadow.key.equals(key)).isPresent()) {
                return at;
            }
        }
        return -1;
    }

    private static Client client(Key packet) {
        return new Client(packet.source(), packet.sourcePort(), packet.protocol());
    }
}
