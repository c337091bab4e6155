package io.weir.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weir.dataplane.Abi;
import io.weir.dataplane.BpfObjects;
import io.weir.dataplane.Field;
import io.weir.dataplane.FlowAbi;
import io.weir.dataplane.Layout;
import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.ShadowAbi;
import io.weir.dataplane.TargetAbi;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfObject;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.Cpus;
import io.weir.libbpf.TestRun;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.IpAddress.Family;
import io.weir.testing.Clang;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Reads what the data path remembers, makes it older, and makes it forget. */
public final class DataPathTables implements AutoCloseable {

    private static final byte[] CLOCK = Clang.object("""
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            SEC("tc") int clock(struct __sk_buff *context) { return bpf_jiffies64(); }
            char weir_license[] SEC("license") = "GPL";
            """);

    private final BpfObjects objects;
    private final BpfProgram clock;
    private int buckets = 1;
    private RateLimits limits = RateLimits.NONE;

    DataPathTables(BpfObjects objects) {
        this.objects = objects;
        try (BpfObject object = BpfObject.open("clock", CLOCK)) {
            object.load();
            this.clock = object.program("clock").loaded();
        }
    }

    /** How many buckets of the half-open table are in use. */
    void buckets(int count) {
        buckets = count;
    }

    /** How fast buckets of new connections fill. */
    void limits(RateLimits limits) {
        this.limits = limits;
    }

    /** The kernel's jiffies, unsigned. */
    public long now() {
        return Integer.toUnsignedLong(clock.run(TestRun.packet(new byte[64])).action());
    }

    /** Everything it remembers. */
    public Tables read() {
        Map<Tables.Key, Tables.Flow> flows = new HashMap<>();
        Map<Tables.Key, Tables.HalfOpen> halfOpen = new HashMap<>();
        Map<Tables.Key, Tables.Totals> totals = new HashMap<>();
        Map<Tables.PieceKey, Tables.Piece> pieces = new HashMap<>();
        long now = now();
        for (Family family : Family.values()) {
            map(flowsOf(family)).forEach((key, value) -> flows.put(key(family, key), flow(family, value, now)));
            map(family == Family.V4 ? MapShape.TOTALS4 : MapShape.TOTALS6)
                    .forEach((key, value) -> totals.put(
                            key(family, key),
                            new Tables.Totals(
                                    FlowAbi.FlowTotals.PACKETS.get(value), FlowAbi.FlowTotals.BYTES.get(value))));
        }
        buckets((index, bucket) -> readBucket(bucket, halfOpen, now));
        map(MapShape.FRAGMENTS).forEach((key, value) -> pieces.put(pieceKey(key), piece(value, now)));
        return new Tables(flows, halfOpen, totals, pieces, shadows(now));
    }

    private Map<Tables.Key, Tables.Shadow> shadows(long now) {
        Map<Tables.Key, Tables.Shadow> shadows = new HashMap<>();
        for (Family family : Family.values()) {
            Layout keys = family == Family.V4 ? ShadowAbi.ShadowKey4.LAYOUT : ShadowAbi.ShadowKey6.LAYOUT;
            map(family == Family.V4 ? MapShape.SHADOWS4 : MapShape.SHADOWS6).forEach((key, value) -> {
                if (ShadowAbi.Shadow.OWNER.get(value) == 0) {
                    return;
                }
                Tables.Key flow = new Tables.Key(
                        Addresses.get(keys.field("client"), key, family),
                        keys.field("client_port").getInt(key),
                        Addresses.get(ShadowAbi.Shadow.VIP, value, family),
                        ShadowAbi.Shadow.VIP_PORT.getInt(value),
                        keys.field("protocol").getInt(key));
                Tables.Shadow shadow = new Tables.Shadow(
                        Addresses.get(ShadowAbi.Shadow.TARGET, value, family),
                        ShadowAbi.Shadow.TARGET_PORT.getInt(value),
                        ShadowAbi.Shadow.proxy(value),
                        seconds(now - ShadowAbi.Shadow.CREATED.get(value)));
                if (shadows.put(flow, shadow) != null) {
                    throw new AssertionError("a shadow stands twice: " + flow);
                }
            });
        }
        return shadows;
    }

    /** Confirmed flows as expiry counts them. */
    public long flowCount() {
        try (Arena arena = Arena.ofConfined()) {
            return NodeAbi.Expiry.FLOWS.get(expiry(arena));
        }
    }

    /** As if there were so many confirmed flows; before expiry starts. */
    void pretend(long flows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment expiry = expiry(arena);
            NodeAbi.Expiry.FLOWS.set(expiry, flows);
            map(MapShape.EXPIRY).update(Installation.number(0, arena), expiry);
        }
    }

    /** The state of expiry. */
    public MemorySegment expiry(Arena arena) {
        MemorySegment value = NodeAbi.Expiry.LAYOUT.allocate(arena);
        map(MapShape.EXPIRY).lookup(Installation.number(0, arena), value);
        return value;
    }

    /** Lets time pass: everything remembered was so much earlier. */
    public void age(double seconds) {
        long jiffies = (long) (seconds * Setup.HZ);
        for (Family family : Family.values()) {
            rewrite(map(flowsOf(family)), flow -> {
                earlier(FlowAbi.Flow.SEEN, flow, jiffies);
                earlier(FlowAbi.Flow.CREATED, flow, jiffies);
            });
        }
        for (String name : List.of(MapShape.SHADOWS4, MapShape.SHADOWS6)) {
            rewrite(map(name), shadow -> {
                earlier(ShadowAbi.Shadow.CREATED, shadow, jiffies);
                earlier(ShadowAbi.Shadow.HEARD, shadow, jiffies);
            });
        }
        rewrite(map(MapShape.FRAGMENTS), fragment -> earlier(FlowAbi.Fragment.SEEN, fragment, jiffies));
        try (Arena arena = Arena.ofConfined()) {
            buckets((index, bucket) -> {
                for (int way = 0; way < FlowAbi.HALF_OPEN_WAYS; way++) {
                    FlowAbi.HalfOpenBucket.SEEN.set(
                            bucket, way, FlowAbi.HalfOpenBucket.SEEN.get(bucket, way) - jiffies);
                    earlier(FlowAbi.HalfOpen.CREATED, FlowAbi.HalfOpenBucket.ENTRIES.slice(bucket, way), jiffies);
                }
                map(MapShape.HALF_OPEN).update(Installation.number(index, arena), bucket);
            });
            ageHops(jiffies, arena);
            limits.perSource()
                    .ifPresent(rate ->
                            rewrite(map(MapShape.SOURCE_LIMITS), fullAt -> fuller(fullAt, jiffies * rate.perSecond())));
            limits.perTarget()
                    .ifPresent(rate -> targetLimits(arena, fullAt -> fuller(fullAt, jiffies * rate.perSecond())));
        }
    }

    /** Changes one flow of the main table in place. */
    public void change(Tables.Key key, Consumer<MemorySegment> change) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flow = FlowAbi.Flow.LAYOUT.allocate(arena);
            MemorySegment bytes = key(key, arena);
            if (!map(flowsOf(key.family())).lookup(bytes, flow)) {
                throw new AssertionError("there is no flow " + key);
            }
            change.accept(flow);
            map(flowsOf(key.family())).update(bytes, flow);
        }
    }

    /** Asks expiry to end a flow, by its forward key. */
    void end(Tables.Key key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queued = FlowAbi.FlowKey6.LAYOUT.allocate(arena);
            Addresses.put(FlowAbi.FlowKey6.SOURCE, queued, key.source());
            Addresses.put(FlowAbi.FlowKey6.DESTINATION, queued, key.destination());
            FlowAbi.FlowKey6.SOURCE_PORT.set(queued, key.sourcePort());
            FlowAbi.FlowKey6.DESTINATION_PORT.set(queued, key.destinationPort());
            FlowAbi.FlowKey6.PROTOCOL.set(queued, key.protocol());
            FlowAbi.FlowKey6.LAYOUT.field("queued").set(queued, Addresses.number(key.family()));
            map(MapShape.ENDING).push(queued);
        }
    }

    /** Forgets all flows and all that belongs to them, also how many there were; counters stay. */
    public void clear() {
        List.of(
                        MapShape.FLOWS4,
                        MapShape.FLOWS6,
                        MapShape.TOTALS4,
                        MapShape.TOTALS6,
                        MapShape.FRAGMENTS,
                        MapShape.SOURCE_LIMITS,
                        MapShape.SHADOWS4,
                        MapShape.SHADOWS6)
                .forEach(name -> DataPath.deleteAll(map(name)));
        try (Arena arena = Arena.ofConfined()) {
            map(MapShape.SHADOW_STATE)
                    .update(Installation.number(0, arena), ShadowAbi.ShadowState.LAYOUT.allocate(arena));
            MemorySegment queued = arena.allocate(40, 8);
            while (map(MapShape.QUEUE).lookupAndDelete(MemorySegment.NULL, queued)) {
                queued.fill((byte) 0);
            }
            pretend(0);
            targetLimits(arena, fullAt -> fullAt.fill((byte) 0));
            buckets((index, bucket) ->
                    map(MapShape.HALF_OPEN).update(Installation.number(index, arena), bucket.fill((byte) 0)));
        }
    }

    private void targetLimits(Arena arena, Consumer<MemorySegment> change) {
        MemorySegment fullAt = arena.allocate(8, 8);
        for (int target = 0; target < 2 * Role.values().length; target++) {
            MemorySegment index = Installation.number(target, arena);
            map(MapShape.TARGET_LIMITS).lookup(index, fullAt);
            change.accept(fullAt);
            map(MapShape.TARGET_LIMITS).update(index, fullAt);
        }
    }

    /** A bucket that was used is full so much earlier. */
    private static void fuller(MemorySegment fullAt, long by) {
        fullAt.set(JAVA_LONG, 0, Math.max(0, fullAt.get(JAVA_LONG, 0) - by));
    }

    private void ageHops(long jiffies, Arena arena) {
        BpfMap hops = map(MapShape.TARGET_HOPS);
        MemorySegment value = arena.allocate(hops.valueSize(), 8);
        for (int target = 0; target < 2 * Role.values().length; target++) {
            MemorySegment index = Installation.number(target, arena);
            hops.lookup(index, value);
            for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
                MemorySegment hop = value.asSlice((long) cpu * hops.cpuStride(), TargetAbi.TargetHop.LAYOUT.size());
                earlier(TargetAbi.TargetHop.SEEN, hop, jiffies);
            }
            hops.update(index, value);
        }
    }

    private void buckets(BiConsumer<Integer, MemorySegment> consumer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bucket = FlowAbi.HalfOpenBucket.LAYOUT.allocate(arena);
            for (int index = 0; index < buckets; index++) {
                map(MapShape.HALF_OPEN).lookup(arena.allocateFrom(JAVA_INT, index), bucket);
                consumer.accept(index, bucket);
            }
        }
    }

    private static void readBucket(MemorySegment bucket, Map<Tables.Key, Tables.HalfOpen> into, long now) {
        for (int way = 0; way < FlowAbi.HALF_OPEN_WAYS; way++) {
            if (FlowAbi.HalfOpenBucket.TAG.get(bucket, way) == 0) {
                continue;
            }
            MemorySegment entry = FlowAbi.HalfOpenBucket.ENTRIES.slice(bucket, way);
            Family family = FlowAbi.HalfOpen.FAMILY.get(entry) == Abi.FAMILY_V4 ? Family.V4 : Family.V6;
            long idle = now - FlowAbi.HalfOpenBucket.SEEN.get(bucket, way) & 0xffffffffL;
            if (idle > Setup.jiffies(halfOpenSeconds(entry))) {
                continue; // over its time: as good as gone
            }
            Tables.Key key = new Tables.Key(
                    Addresses.get(FlowAbi.HalfOpen.CLIENT, entry, family),
                    FlowAbi.HalfOpen.CLIENT_PORT.getInt(entry),
                    Addresses.get(FlowAbi.HalfOpen.VIP, entry, family),
                    FlowAbi.HalfOpen.VIP_PORT.getInt(entry),
                    FlowAbi.HalfOpen.PROTOCOL.getInt(entry));
            Tables.HalfOpen value = new Tables.HalfOpen(
                    Tables.State.values()[FlowAbi.HalfOpen.STATE.getInt(entry)],
                    FlowAbi.HalfOpen.TARGET.getInt(entry),
                    FlowAbi.HalfOpen.PROXY.getInt(entry),
                    FlowAbi.HalfOpen.ACKNOWLEDGMENT.getInt(entry),
                    seconds(idle));
            if (into.put(key, value) != null) {
                throw new AssertionError("half open twice: " + key);
            }
        }
    }

    private static int halfOpenSeconds(MemorySegment entry) {
        if (FlowAbi.HalfOpen.PROTOCOL.getInt(entry) == Transport.UDP) {
            return Setup.UDP_SECONDS;
        }
        boolean lasts = FlowAbi.HalfOpen.STATE.getInt(entry) == Tables.State.ESTABLISHED.ordinal()
                || FlowAbi.HalfOpen.ANSWERED.get(entry) != 0;
        return lasts ? Setup.ESTABLISHED_SECONDS : Setup.SYN_SECONDS;
    }

    private static Tables.Flow flow(Family family, MemorySegment flow, long now) {
        boolean reply = FlowAbi.Flow.DIRECTION.getInt(flow) == FlowAbi.DIRECTION_REPLY;
        return new Tables.Flow(
                Addresses.get(FlowAbi.Flow.ADDRESS, flow, family),
                FlowAbi.Flow.PORT.getInt(flow),
                reply,
                Tables.State.values()[FlowAbi.Flow.STATE.getInt(flow)],
                FlowAbi.Flow.TARGET.getInt(flow),
                reply ? 0 : FlowAbi.Flow.proxy(flow),
                FlowAbi.Flow.FLAGS.getInt(flow),
                seconds(now - FlowAbi.Flow.SEEN.get(flow)),
                seconds(now - FlowAbi.Flow.CREATED.get(flow)));
    }

    /** Whole seconds of a difference of jiffies modulo 2^32. */
    private static int seconds(long jiffies) {
        return (int) ((jiffies & 0xffffffffL) / Setup.HZ);
    }

    private static void earlier(Field field, MemorySegment struct, long jiffies) {
        field.set(struct, field.get(struct) - jiffies);
    }

    private static Tables.Key key(Family family, MemorySegment key) {
        return family == Family.V4
                ? new Tables.Key(
                        Addresses.get(FlowAbi.FlowKey4.SOURCE, key, family),
                        FlowAbi.FlowKey4.SOURCE_PORT.getInt(key),
                        Addresses.get(FlowAbi.FlowKey4.DESTINATION, key, family),
                        FlowAbi.FlowKey4.DESTINATION_PORT.getInt(key),
                        FlowAbi.FlowKey4.PROTOCOL.getInt(key))
                : new Tables.Key(
                        Addresses.get(FlowAbi.FlowKey6.SOURCE, key, family),
                        FlowAbi.FlowKey6.SOURCE_PORT.getInt(key),
                        Addresses.get(FlowAbi.FlowKey6.DESTINATION, key, family),
                        FlowAbi.FlowKey6.DESTINATION_PORT.getInt(key),
                        FlowAbi.FlowKey6.PROTOCOL.getInt(key));
    }

    private static MemorySegment key(Tables.Key key, Arena arena) {
        boolean v4 = key.family() == Family.V4;
        Layout layout = v4 ? FlowAbi.FlowKey4.LAYOUT : FlowAbi.FlowKey6.LAYOUT;
        MemorySegment bytes = layout.allocate(arena);
        Addresses.put(layout.field("source"), bytes, key.source());
        Addresses.put(layout.field("destination"), bytes, key.destination());
        layout.field("source_port").set(bytes, key.sourcePort());
        layout.field("destination_port").set(bytes, key.destinationPort());
        layout.field("protocol").set(bytes, key.protocol());
        return bytes;
    }

    private static Tables.PieceKey pieceKey(MemorySegment key) {
        Family family = FlowAbi.FragmentKey.FAMILY.get(key) == Abi.FAMILY_V4 ? Family.V4 : Family.V6;
        // The C side keeps the header's bytes as they are; an IPv4 identification stands in two of the four.
        int identification = FlowAbi.FragmentKey.IDENTIFICATION.getInt(key);
        return new Tables.PieceKey(
                Addresses.get(FlowAbi.FragmentKey.SOURCE, key, family),
                Addresses.get(FlowAbi.FragmentKey.DESTINATION, key, family),
                family == Family.V4 ? identification >>> 16 : identification,
                FlowAbi.FragmentKey.PROTOCOL.getInt(key));
    }

    private static Tables.Piece piece(MemorySegment value, long now) {
        return new Tables.Piece(
                FlowAbi.Fragment.SOURCE_PORT.getInt(value),
                FlowAbi.Fragment.DESTINATION_PORT.getInt(value),
                seconds(now - FlowAbi.Fragment.SEEN.get(value)));
    }

    private void rewrite(BpfMap map, Consumer<MemorySegment> change) {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> keys = new ArrayList<>();
            map.forEach(
                    (key, value) -> keys.add(arena.allocate(map.keySize(), 8).copyFrom(key)));
            MemorySegment value = arena.allocate(map.valueSize(), 8);
            for (MemorySegment key : keys) {
                map.lookup(key, value);
                change.accept(value);
                map.update(key, value);
            }
        }
    }

    private static String flowsOf(Family family) {
        return family == Family.V4 ? MapShape.FLOWS4 : MapShape.FLOWS6;
    }

    private BpfMap map(String name) {
        return objects.map(name);
    }

    @Override
    public void close() {
        clock.close();
    }
}
