package io.weir.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weir.dataplane.BpfObjects;
import io.weir.dataplane.FlowAbi;
import io.weir.dataplane.FlowState;
import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.ObjectFiles;
import io.weir.dataplane.OwnFlowTable;
import io.weir.dataplane.Reason;
import io.weir.dataplane.ServiceAbi;
import io.weir.dataplane.ShadowTable;
import io.weir.dataplane.Sizes;
import io.weir.dataplane.Strangers;
import io.weir.dataplane.TargetAbi;
import io.weir.flow.OwnFlows;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.model.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The data path with one listener and one target a family, its tables written as the node would write them. */
final class WeirTables implements AutoCloseable {

    /** Slots of the group: what 1,000 targets would take. */
    private static final int SLOTS = 65537;

    /** The name of the listener. */
    static final String PROXY = "web";

    static final int TCP = 6;
    static final int UDP = 17;
    private static final int DAY_SECONDS = 86_400;

    private final BpfObjects objects;
    private final Sizes sizes;
    private final Arena arena = Arena.ofShared();
    private final Wire wire;
    private final int protocol;

    /**
     * The interfaces, next hops and clock.
     *
     * @param hz jiffies a second
     */
    record Wire(int clientSide, int serverSide, byte[] clientMac, byte[] serverMac, byte[] clientSideMac, byte[] serverSideMac, int hz) {}

    WeirTables(int connections, Wire wire) {
        this(connections, wire, TCP);
    }

    /** @param protocol of the flows it installs */
    WeirTables(int connections, Wire wire, int protocol) {
        this(new Sizes(connections), wire, protocol);
    }

    /** With room for as many flows of peers as of its own. */
    static WeirTables withPeers(int connections, Wire wire) {
        return new WeirTables(new Sizes(connections, false, connections), wire, TCP);
    }

    private WeirTables(Sizes sizes, Wire wire, int protocol) {
        this.protocol = protocol;
        this.sizes = sizes;
        this.objects = BpfObjects.load(ObjectFiles.shipped(), sizes);
        this.wire = wire;
        writeSettings();
        writeLinks();
        writePorts();
        writeTarget(0, Addresses.V4, 0);
        writeTarget(1, Addresses.V6, SLOTS);
    }

    BpfProgram xdp() {
        return objects.program(BpfObjects.XDP);
    }

    BpfMap map(String name) {
        return objects.map(name);
    }

    /** Flows that peers carry. */
    ShadowTable shadows() {
        return ShadowTable.of(objects, wire.hz(), () -> Map.of(0, PROXY));
    }

    BpfObjects objects() {
        return objects;
    }

    /** @param proxies names by number */
    OwnFlows ownFlows(Map<Integer, String> proxies) {
        return OwnFlowTable.of(objects, wire.hz(), () -> proxies);
    }

    /** @param proxies names by number */
    ShadowTable shadows(Map<Integer, String> proxies) {
        return ShadowTable.of(objects, wire.hz(), () -> proxies);
    }

    /** Puts established flows into the main table, both directions, last seen now. */
    void installFlows(Addresses net, int count, long jiffies) {
        installFlowsInto(map(net.v4() ? MapShape.FLOWS4 : MapShape.FLOWS6), net, count, jiffies);
    }

    /** The same into a table of another data path with the same surroundings. */
    void installFlowsInto(BpfMap table, Addresses net, int count, long jiffies) {
        FlowKeys.install(table, net, true, protocol, flow(net, true, jiffies), count);
        FlowKeys.install(table, net, false, protocol, flow(net, false, jiffies), count);
    }

    /** Puts their forward keys where expiry looks for them. */
    void enqueueFlows(Addresses net, int count) {
        FlowKeys.enqueue(map(MapShape.QUEUE), net, protocol, count);
    }

    /** Packets by reason since the tables were made, zeros left out. */
    Map<Reason, Long> reasons() {
        Map<Reason, Long> counts = new EnumMap<>(Reason.class);
        BpfMap verdicts = map(MapShape.VERDICTS);
        MemorySegment key = arena.allocate(JAVA_INT);
        MemorySegment value = arena.allocate(verdicts.valueSize(), 8);
        for (Reason reason : Reason.values()) {
            key.set(JAVA_INT, 0, reason.ordinal());
            verdicts.lookup(key, value);
            long sum = 0;
            for (long at = 0; at < value.byteSize(); at += verdicts.cpuStride()) {
                sum += value.get(JAVA_LONG, at);
            }
            if (sum > 0) {
                counts.put(reason, sum);
            }
        }
        return counts;
    }

    private MemorySegment flow(Addresses net, boolean forward, long jiffies) {
        byte[] from = forward ? net.vip() : net.target();
        byte[] to = forward ? net.target() : net.vip();
        MemorySegment flow = FlowAbi.Flow.LAYOUT.allocate(arena);
        put(FlowAbi.Flow.ADDRESS.offset(), flow, to);
        FlowAbi.Flow.ADDRESS_DELTA.set(flow, Delta.of(from, to));
        FlowAbi.Flow.PORT.set(flow, forward ? Addresses.TARGET_PORT : Addresses.VIP_PORT);
        FlowAbi.Flow.DIRECTION.set(flow, forward ? FlowAbi.DIRECTION_FORWARD : FlowAbi.DIRECTION_REPLY);
        FlowAbi.Flow.STATE.set(flow, FlowState.ESTABLISHED.ordinal());
        FlowAbi.Flow.SEEN.set(flow, jiffies);
        FlowAbi.Flow.CREATED.set(flow, jiffies);
        FlowAbi.Flow.TARGET.set(flow, net.v4() ? 0 : 1);
        MemorySegment hop = FlowAbi.Flow.HOP.slice(flow, 0);
        FlowAbi.Hop.INTERFACE.set(hop, forward ? wire.serverSide() : wire.clientSide());
        put(FlowAbi.Hop.DESTINATION_MAC.offset(), hop, forward ? wire.serverMac() : wire.clientMac());
        put(FlowAbi.Hop.SOURCE_MAC.offset(), hop, forward ? wire.serverSideMac() : wire.clientSideMac());
        FlowAbi.Hop.MTU.set(hop, 1500);
        return flow;
    }

    private void writeSettings() {
        MemorySegment settings = NodeAbi.Settings.LAYOUT.allocate(arena);
        NodeAbi.Settings.HZ.set(settings, wire.hz());
        NodeAbi.Settings.ESTABLISHED_TIMEOUT.set(settings, (long) DAY_SECONDS * wire.hz());
        NodeAbi.Settings.UDP_TIMEOUT.set(settings, 60L * wire.hz());
        NodeAbi.Settings.SYN_TIMEOUT.set(settings, 30L * wire.hz());
        NodeAbi.Settings.CLOSING_TIMEOUT.set(settings, 10L * wire.hz());
        NodeAbi.Settings.HALF_OPEN_MASK.set(settings, sizes.halfOpenBuckets() - 1);
        NodeAbi.Settings.CROWDED.set(settings, sizes.crowded());
        NodeAbi.Settings.FULL.set(settings, sizes.maxConnections());
        NodeAbi.Settings.LOOK_AGAIN.set(settings, 60L * wire.hz());
        Strangers strangers = Strangers.but(Stream.of(Addresses.V4, Addresses.V6)
                .map(net -> Optional.of(IpAddress.ofBytes(net.vip())))
                .toList());
        for (int word = 0; word < NodeAbi.Settings.STRANGERS.count(); word++) {
            NodeAbi.Settings.STRANGERS.set(settings, word, strangers.word(word));
        }
        map(MapShape.SETTINGS).update(number(0), settings);
    }

    private void writeLinks() {
        MemorySegment link = NodeAbi.Link.LAYOUT.allocate(arena);
        NodeAbi.Link.FLAGS.set(link, NodeAbi.LINK_REDIRECT);
        map(MapShape.LINKS).update(number(wire.clientSide()), link);
        map(MapShape.LINKS).update(number(wire.serverSide()), link);
    }

    private void writePorts() {
        try (MappedArray ports = map(MapShape.PORTS).map()) {
            writePort(ports, Addresses.VIP_PORT, 3);
            writePort(ports, Addresses.TARGET_PORT, 12);
        }
    }

    private static void writePort(MappedArray ports, int port, long bits) {
        int word = port / ServiceAbi.PORTS_IN_WORD;
        ports.writeLong(word, 0, ports.readLong(word, 0) | bits << ServiceAbi.PORT_BITS * (port % ServiceAbi.PORTS_IN_WORD));
    }

    private void writeTarget(int index, Addresses net, int offset) {
        MemorySegment target = TargetAbi.Target.LAYOUT.allocate(arena);
        put(TargetAbi.Target.ADDRESS.offset(), target, net.target());
        TargetAbi.Target.PORT.set(target, Addresses.TARGET_PORT);
        TargetAbi.Target.FAMILY.set(target, net.family());
        map(MapShape.TARGETS).update(number(index), target);
        MemorySegment key = TargetAbi.TargetKey.LAYOUT.allocate(arena);
        put(TargetAbi.TargetKey.ADDRESS.offset(), key, net.target());
        TargetAbi.TargetKey.PORT.set(key, Addresses.TARGET_PORT);
        TargetAbi.TargetKey.FAMILY.set(key, net.family());
        map(MapShape.TARGET_INDICES).update(key, number(index));
        try (MappedArray slots = map(MapShape.SLOTS).map();
                MappedArray groups = map(MapShape.GROUPS).map()) {
            for (int slot = 0; slot < SLOTS; slot++) {
                slots.writeShorts(offset + slot, (short) index);
            }
            groups.writeLong(net.v4() ? 0 : 1, 0, (long) SLOTS << 32 | offset);
        }
        writeService(net, TCP);
        writeService(net, UDP);
    }

    private void writeService(Addresses net, int protocol) {
        MemorySegment key = ServiceAbi.ServiceKey.LAYOUT.allocate(arena);
        put(ServiceAbi.ServiceKey.ADDRESS.offset(), key, net.vip());
        ServiceAbi.ServiceKey.PORT.set(key, Addresses.VIP_PORT);
        ServiceAbi.ServiceKey.PROTOCOL.set(key, protocol);
        ServiceAbi.ServiceKey.FAMILY.set(key, net.family());
        MemorySegment service = ServiceAbi.Service.LAYOUT.allocate(arena);
        ServiceAbi.Service.FLAGS.set(service, ServiceAbi.SERVICE_PICK_UP);
        map(MapShape.SERVICES).update(key, service);
    }

    private MemorySegment number(int value) {
        return arena.allocateFrom(JAVA_INT, value);
    }

    private static void put(int at, MemorySegment struct, byte[] bytes) {
        MemorySegment.copy(bytes, 0, struct, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    @Override
    public void close() {
        objects.close();
        arena.close();
    }
}
