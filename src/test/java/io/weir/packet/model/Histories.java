package io.weir.packet.model;

import static io.weir.packet.Transport.ACK;
import static io.weir.packet.Transport.FIN;
import static io.weir.packet.Transport.PSH;
import static io.weir.packet.Transport.RST;
import static io.weir.packet.Transport.SYN;

import io.weir.flow.FlowRecord;
import io.weir.model.Cidr;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.IpAddress.Family;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.packet.Packet;
import io.weir.packet.PeerFlows;
import io.weir.packet.Role;
import io.weir.packet.Setup;
import io.weir.packet.Side;
import io.weir.packet.Tables;
import io.weir.packet.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Random configurations, and packets that could follow one another. */
final class Histories {

    private static final Role[] CLIENTS = {
        Role.CLIENT, Role.OTHER_CLIENT, Role.FAR_CLIENT, Role.SILENT_CLIENT, Role.LOST_CLIENT
    };
    private static final Role[] VIPS = {Role.VIP, Role.OTHER_VIP, Role.ANYWHERE};
    private static final Role[] TARGETS = {
        Role.TARGET, Role.OTHER_TARGET, Role.THIRD_TARGET, Role.NARROW_TARGET, Role.UNLINKED_TARGET,
        Role.SILENT_TARGET, Role.REFUSED_TARGET, Role.OWN_TARGET, Role.TUNNELLED_TARGET, Role.UNROUTED_TARGET,
        Role.LOOPBACK_TARGET, Role.LINK_TARGET, Role.NEAR_LINK_TARGET
    };
    private static final int[] FLAGS = {
        SYN, SYN, SYN, SYN | ACK, SYN | ACK, ACK, ACK, ACK, ACK, ACK | PSH, FIN | ACK, FIN | ACK, RST, RST | ACK, 0,
        SYN | FIN, 255
    };
    private static final Byte[] LIES = {0, 1, 4, 5, 6, 17, 44, 58, 60, -1};
    private static final Integer[] AHEAD = {-1, 0, 2, 65535, 65536, 65537, 70000};
    private static final int TARGET_ISN = 0x7fff_fff0;

    private final Random random;
    private final List<Role> clients;
    private final List<Role> vips;
    private final List<Family> families;
    private final int ports;
    private final int portsApart;
    private final List<byte[]> left = new ArrayList<>();
    private List<Packet> rest = List.of();
    private boolean restByTarget;

    Histories(Random random) {
        this.random = random;
        this.clients = some(CLIENTS);
        this.vips = some(VIPS);
        this.families = some(Family.values());
        this.ports = 1 + random.nextInt(3);
        this.portsApart = chance(50) ? 100 : 0;
    }

    /** At least one; few actors have longer conversations than many. */
    private <T> List<T> some(T[] of) {
        List<T> shuffled = new ArrayList<>(List.of(of));
        Collections.shuffle(shuffled, random);
        return List.copyOf(shuffled.subList(0, 1 + random.nextInt(of.length)));
    }

    /** A frame and where it arrives. */
    record Arrival(boolean fromTargets, Side side, byte[] frame) {}

    Setup setup() {
        Setup setup = Setup.usual().withListeners(listeners());
        for (int group = 0; group < 4; group++) {
            setup = weights(setup, group);
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            Family family = any(Family.values());
            setup = setup.with(new Setup.SourceRoute(
                    chance(50) ? Setup.PROXY : Setup.OTHER_PROXY,
                    any(CLIENTS).address(family),
                    random.nextInt(family.bits() + 1),
                    random.nextInt(4),
                    chance(30)));
        }
        // Two routes of one prefix are one route.
        setup = distinctRoutes(setup);
        setup = setup.withBuckets(1024).withCrowded(chance(20) ? random.nextInt(8) : Integer.MAX_VALUE);
        setup = setup.withLimits(new RateLimits(limit(), limit()));
        return chance(30) ? setup.withTotals() : setup;
    }

    /** Rates that half seconds fill without a rest. */
    private Optional<Rate> limit() {
        return chance(15) ? Optional.of(new Rate(1 + random.nextInt(2), 1 + random.nextInt(4))) : Optional.empty();
    }

    Setup weights(Setup setup, int group) {
        Setup changed = setup;
        for (Family family : Family.values()) {
            Role[] targets = new Role[chance(10) ? 0 : 1 + random.nextInt(7)];
            Arrays.setAll(targets, i -> chance(60) ? TARGETS[random.nextInt(3)] : any(TARGETS));
            changed = changed.sending(group, family, targets);
        }
        return changed;
    }

    private static Setup distinctRoutes(Setup setup) {
        Setup result = new Setup(
                setup.listeners(),
                List.of(),
                setup.slots(),
                setup.seed(),
                setup.events(),
                setup.totals(),
                setup.buckets(),
                setup.crowded(),
                setup.full(),
                setup.limits(),
                setup.lookAgain());
        List<String> known = new ArrayList<>();
        for (Setup.SourceRoute route : setup.routes()) {
            String text = route.proxy() + " " + new Cidr(route.network(), route.bits());
            if (!known.contains(text)) {
                known.add(text);
                result = result.with(route);
            }
        }
        return result;
    }

    private List<Setup.Listener> listeners() {
        List<Setup.Listener> listeners = new ArrayList<>();
        for (Family family : Family.values()) {
            listeners.add(listener(Optional.of(Role.VIP), family, Setup.PROXY));
            listeners.add(listener(Optional.of(Role.OTHER_VIP), family, Setup.OTHER_PROXY));
        }
        listeners.add(listener(Optional.empty(), Family.V4, Setup.PROXY));
        return listeners;
    }

    private Setup.Listener listener(Optional<Role> vip, Family family, int proxy) {
        Set<Protocol> protocols = chance(80) ? Setup.both() : Set.of(any(Protocol.values()));
        return new Setup.Listener(
                vip.map(role -> role.address(family)),
                Side.CLIENTS,
                vip.map(Role::port).orElse(Role.ANYWHERE.port()),
                protocols,
                proxy,
                random.nextInt(3),
                chance(20),
                vip.isPresent());
    }

    /** Half a second, or long enough to end something; never exactly a timeout. */
    double pause() {
        int[] halves = {1, 1, 2, 3, 4, 10, 21, 22, 60, 61, 62, 118, 122, 602};
        return halves[random.nextInt(halves.length)] * 0.5 + 0.002;
    }

    /**
     * Milliseconds. The programs' clock has moved a tick since, and the model's has not: none is exactly the second within which
     * an RST is early.
     */
    private int age() {
        int seconds = random.nextInt(20);
        return (seconds == 1 ? 20 : seconds) * 1000;
    }

    /** What left may come back in an error. */
    void left(byte[] frame) {
        left.add(frame);
        if (left.size() > 20) {
            left.removeFirst();
        }
    }

    Arrival next(Model model) {
        if (!rest.isEmpty()) {
            Packet piece = rest.getFirst();
            rest = rest.subList(1, rest.size());
            if (chance(85)) {
                return new Arrival(restByTarget, side(piece, restByTarget), mutated(piece.frame()));
            }
        }
        int kind = random.nextInt(100);
        if (kind < 12 && !left.isEmpty()) {
            return error();
        }
        return kind < 50 ? fromTarget(model) : fromClient();
    }

    /** What a peer tells of a flow. */
    enum What {
        CARRIES,
        ENDED,
        /** Another peer goes on to carry it. */
        SHARED,
        /** It died, and this node answers for the flow. */
        LEFT
    }

    record Word(NodeId owner, What what, FlowRecord flow) {
        NodeId other() {
            return owner.equals(PeerFlows.PEER) ? PeerFlows.OTHER_PEER : PeerFlows.PEER;
        }
    }

    /** About a flow that a client here may have, to any target, rarely to one that is not configured. */
    Word word() {
        Role client = clients.get(random.nextInt(clients.size()));
        Role vip = vips.get(random.nextInt(vips.size()));
        Family family = families.get(random.nextInt(families.size()));
        Role target = chance(60) ? TARGETS[random.nextInt(3)] : chance(10) ? Role.SERVER_ROUTER : any(TARGETS);
        int targetPort = Math.max(1, target.port());
        FlowRecord flow = PeerFlows.flow(
                family,
                client,
                clientPort(vip),
                vip,
                target.address(family),
                targetPort,
                chance(65) ? Transport.TCP : Transport.UDP);
        flow = chance(20) ? PeerFlows.aged(flow, Duration.ofMillis(age())) : flow;
        What what = chance(70) ? What.CARRIES : any(What.values());
        return new Word(
                chance(70) ? PeerFlows.PEER : PeerFlows.OTHER_PEER,
                what,
                chance(30) ? PeerFlows.idle(flow, Duration.ofSeconds(7)) : flow);
    }

    /**
     * In half of the histories each VIP has client ports of its own; in the others one port may meet one target twice.
     */
    private int clientPort(Role vip) {
        return 40000 + portsApart * Arrays.asList(VIPS).indexOf(vip) + random.nextInt(ports);
    }

    private Arrival fromClient() {
        Role client = clients.get(random.nextInt(clients.size()));
        Role vip = vips.get(random.nextInt(vips.size()));
        int port = clientPort(vip);
        Family family = families.get(random.nextInt(families.size()));
        Packet packet = Packet.between(family, client, vip, transport(port, vip.port()));
        packet = packet.outOf(client.address(family), port);
        return arrival(packet, false);
    }

    /** An answer to a flow that the model knows, or to nothing. */
    private Arrival fromTarget(Model model) {
        List<Tables.Key> keys = new ArrayList<>();
        model.memory.flows.forEach((key, flow) -> {
            if (flow.reply) {
                keys.add(key);
            }
        });
        model.memory.halfOpen.values().forEach(half -> {
            Role role = Role.values()[half.target / 2];
            keys.add(new Tables.Key(
                    role.address(half.key.family()),
                    role.port(),
                    half.key.source(),
                    half.key.sourcePort(),
                    half.key.protocol()));
        });
        keys.addAll(model.memory.shadows.answers());
        if (keys.isEmpty()) {
            return fromClient();
        }
        keys.sort(Comparator.comparing(Tables.Key::toString));
        Tables.Key key = keys.get(random.nextInt(keys.size()));
        Memory.Flow flow = model.memory.flows.get(key);
        boolean takesFin = flow != null && chance(40);
        Transport transport = key.protocol() == Transport.TCP
                ? tcp(key.sourcePort(), key.destinationPort(), takesFin ? flow.fin : acknowledgment())
                : udp(key.sourcePort(), key.destinationPort());
        Packet packet = Packet.between(key.family(), Role.TARGET, Role.CLIENT, transport)
                .outOf(key.source(), key.sourcePort())
                .toward(key.destination(), key.destinationPort());
        return arrival(packet, true);
    }

    private Transport transport(int from, int to) {
        return chance(65) ? tcp(from, to, acknowledgment()) : udp(from, to);
    }

    private int acknowledgment() {
        return chance(80) ? TARGET_ISN + 1 : chance(50) ? TARGET_ISN + any(AHEAD) : random.nextInt();
    }

    private Transport tcp(int from, int to, int acknowledgment) {
        return new Transport.Tcp(
                from,
                to,
                FLAGS[random.nextInt(FLAGS.length)],
                TARGET_ISN,
                acknowledgment,
                new byte[chance(20) ? 12 : 0],
                data(60));
    }

    private Transport udp(int from, int to) {
        return new Transport.Udp(from, to, chance(80), data(chance(25) ? 1600 : 60));
    }

    private byte[] data(int most) {
        byte[] data = new byte[random.nextInt(most)];
        random.nextBytes(data);
        return data;
    }

    private Arrival arrival(Packet whole, boolean fromTargets) {
        Packet packet = whole.withIdentification(random.nextInt(4));
        if (chance(10)) {
            packet = packet.withHops(random.nextInt(4));
        }
        if (chance(5)) {
            packet = chance(70) ? packet.tagged(7) : packet.tagged(7, 8);
        }
        packet = decorated(packet);
        if (chance(12) && packet.transportBytes().length > 64) {
            List<Packet> pieces = packet.pieces(8 * (3 + random.nextInt(60)));
            rest = pieces.subList(1, Math.min(pieces.size(), 6));
            restByTarget = fromTargets;
            packet = pieces.getFirst();
        }
        return new Arrival(fromTargets, side(packet, fromTargets), mutated(packet.frame()));
    }

    /** Now and then somebody on the clients' side pretends to be a target. */
    private Side side(Packet packet, boolean fromTargets) {
        if (!fromTargets || chance(8)) {
            return Side.CLIENTS;
        }
        return Arrays.stream(TARGETS)
                .filter(target -> target.address(packet.family()).equals(packet.source()))
                .map(Role::side)
                .filter(side -> side != Side.LOOPBACK)
                .findFirst()
                .orElse(Side.SERVERS);
    }

    private Packet decorated(Packet packet) {
        if (!chance(15)) {
            return packet;
        }
        if (packet.family() == Family.V4) {
            return packet.withOptions(new byte[4 * (1 + random.nextInt(10))]);
        }
        int[] types = {
            Packet.HOP_BY_HOP, Packet.DESTINATION, Packet.DESTINATION, Packet.ROUTING, Packet.AUTHENTICATION, 50
        };
        Packet.Extension[] headers = new Packet.Extension[random.nextInt(8)];
        for (int i = 0; i < headers.length; i++) {
            byte[] body = new byte[8 * (1 + random.nextInt(chance(10) ? 120 : 3)) - 2];
            body[1] = (byte) (chance(10) ? 1 : 0);
            headers[i] = new Packet.Extension(
                    types[chance(80) ? 1 + random.nextInt(2) : random.nextInt(types.length)], body);
        }
        return packet.withExtensions(headers);
    }

    /** About something that left before; by a router or by who was to get it. */
    private Arrival error() {
        byte[] frame = left.get(random.nextInt(left.size()));
        Reading quoted = new Reading(frame);
        boolean v4 = quoted.family == Family.V4;
        byte[] network = Arrays.copyOfRange(frame, quoted.network, frame.length);
        byte[] quote = chance(60) ? network : Arrays.copyOf(network, Math.min(network.length, 18 + random.nextInt(70)));
        boolean fromTargets = Arrays.stream(CLIENTS)
                .anyMatch(client -> client.address(quoted.family).equals(quoted.source));
        Role router = fromTargets ? Role.SERVER_ROUTER : Role.ROUTER;
        int type = v4 ? new int[] {3, 11, 12, 8}[random.nextInt(4)] : new int[] {1, 2, 3, 4, 128}[random.nextInt(5)];
        Packet packet = Packet.between(
                quoted.family,
                router,
                Role.CLIENT,
                new Transport.Icmp(quoted.family, type, random.nextInt(5), 1280, quote));
        packet = packet.toward(quoted.source, 0);
        if (chance(40)) {
            packet = packet.outOf(quoted.destination, 0);
        }
        return new Arrival(fromTargets, fromTargets ? Side.SERVERS : Side.CLIENTS, mutated(packet.frame()));
    }

    /** Now and then a frame that lies, is cut short or goes on too long. */
    private byte[] mutated(byte[] frame) {
        if (!chance(15)) {
            return frame;
        }
        byte[] changed = frame.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    int bit = 8 * 12 + random.nextInt(8 * (Math.min(changed.length, 110) - 12));
                    changed[bit / 8] ^= (byte) (1 << bit % 8);
                }
            }
            case 1 -> changed = Arrays.copyOf(changed, 14 + random.nextInt(changed.length - 13));
            case 2 -> changed = Arrays.copyOf(changed, changed.length + random.nextInt(40));
            default -> changed[14 + random.nextInt(Math.min(changed.length, 90) - 14)] = any(LIES);
        }
        return changed;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    private <T> T any(T... of) {
        return of[random.nextInt(of.length)];
    }
}
