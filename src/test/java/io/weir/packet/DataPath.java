package io.weir.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weir.dataplane.BpfObjects;
import io.weir.dataplane.MapShape;
import io.weir.dataplane.ObjectFiles;
import io.weir.dataplane.Reason;
import io.weir.dataplane.ShadowTable;
import io.weir.dataplane.Sizes;
import io.weir.dataplane.TargetAbi;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Cpus;
import io.weir.libbpf.TestRun;
import io.weir.model.IpAddress.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The real programs, loaded with maps of their own and attached to nothing: packets are handed to them. Its methods are
 * called on a thread inside {@link Surroundings}.
 */
public final class DataPath implements AutoCloseable {

    /** struct __sk_buff.gso_size. */
    private static final int SKB_GSO_SIZE = 176;

    /**
     * BPF_F_TEST_SKB_CHECKSUM_COMPLETE of newer kernels: the card summed up the packet, and the kernel answers EBADMSG when a
     * program leaves packet and sum apart.
     */
    private static final int CHECKSUM_COMPLETE = 4;

    private static final byte POISON = (byte) 0xa5;

    private final Surroundings surroundings;
    private final BpfObjects objects;
    private final Installation installation;
    private final DataPathTables tables;
    private final ShadowTable shadows;
    private final boolean checksumComplete;
    private boolean poisoned;
    private Counters last; // as the last packet left them, while nothing else can have counted
    private long knownCount;
    private Map<String, Long> known = Map.of();

    /** @param connections what the flow tables hold */
    public DataPath(Surroundings surroundings, ObjectFiles files, int connections) {
        this.surroundings = surroundings;
        this.objects = BpfObjects.load(files, new Sizes(connections, false, connections));
        this.installation = new Installation(objects, surroundings);
        this.tables = new DataPathTables(objects);
        this.shadows = ShadowTable.of(
                objects,
                Setup.HZ,
                () -> Map.of(Setup.PROXY, Setup.PROXY_NAME, Setup.OTHER_PROXY, Setup.OTHER_PROXY_NAME));
        this.checksumComplete = knowsChecksumComplete();
    }

    /**
     * @param frame what the packet became
     * @param changed counters
     */
    public record Outcome(Hook.Verdict verdict, byte[] frame, Counters changed) {}

    /** From now on memory that is left from one packet to the next is filled with nonsense in between. */
    public void poison() {
        poisoned = true;
    }

    public void install(Setup setup) {
        last = null;
        installation.write(setup);
        tables.buckets(setup.buckets());
        tables.limits(setup.limits());
    }

    /** A role moves to another MAC. */
    public void neighbour(Role role, Mac mac) {
        for (Family family : Family.values()) {
            surroundings.change("ip neighbour replace " + role.address(family) + " lladdr " + mac + " dev "
                    + role.side().device() + " nud permanent");
        }
    }

    /** Empties the main tables behind the back of the totals. */
    public void forgetFlowsAlone() {
        deleteAll(objects.map(MapShape.FLOWS4));
        deleteAll(objects.map(MapShape.FLOWS6));
    }

    public BpfObjects objects() {
        return objects;
    }

    public DataPathTables tables() {
        return tables;
    }

    /** Flows that peers carry; what is done about them counts, too. */
    public ShadowTable shadows() {
        last = null;
        return shadows;
    }

    /**
     * Hands a frame to a program.
     *
     * @param side where the packet came in; at egress it leaves to the clients
     */
    public Outcome run(Hook hook, Side side, byte[] frame) {
        return run(hook, side, frame, 0);
    }

    /** @param segment size of the pieces a TC program is told the packet will be cut into; 0: it won't */
    public Outcome run(Hook hook, Side side, byte[] frame, int segment) {
        if (poisoned) {
            fillScratch();
        }
        Counters before = last == null ? counters() : last;
        TestRun.Result result = hand(hook, side, frame, segment);
        Counters after = counters();
        last = after;
        return new Outcome(hook.verdict(result.action()), result.packet(), after.since(before));
    }

    /** The same without looking at counters. */
    public TestRun.Result hand(Hook hook, Side side, byte[] frame, int segment) {
        last = null;
        int index = surroundings.index(side);
        int at = hook == Hook.EGRESS ? surroundings.index(Side.CLIENTS) : index;
        TestRun run = hook == Hook.XDP
                ? TestRun.xdp(frame, index)
                : TestRun.skb(frame, at, index).withFlags(checksumComplete ? CHECKSUM_COMPLETE : 0);
        if (segment > 0) {
            MemorySegment context = MemorySegment.ofArray(run.context());
            context.set(JAVA_INT.withByteAlignment(1), SKB_GSO_SIZE, segment);
        }
        String program = switch (hook) {
            case XDP -> BpfObjects.XDP;
            case INGRESS -> BpfObjects.INGRESS;
            case EGRESS -> BpfObjects.EGRESS;
        };
        return objects.program(program).run(run);
    }

    public Counters counters() {
        try (Arena arena = Arena.ofConfined()) {
            Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
            BpfMap verdicts = objects.map(MapShape.VERDICTS);
            MemorySegment value = arena.allocate(verdicts.valueSize(), 8);
            for (Reason reason : Reason.values()) {
                verdicts.lookup(Installation.number(reason.ordinal(), arena), value);
                long sum = sum(value, verdicts.cpuStride());
                if (sum != 0) {
                    reasons.put(reason, sum);
                }
            }
            Map<Integer, Map<Counters.Count, Long>> targets = targetCounters(arena);
            return new Counters(reasons, targets, connections(targets), tables.flowCount());
        }
    }

    private Map<Integer, Map<Counters.Count, Long>> targetCounters(Arena arena) {
        BpfMap map = objects.map(MapShape.TARGET_COUNTERS);
        MemorySegment value = arena.allocate(map.valueSize(), 8);
        Map<Integer, Map<Counters.Count, Long>> targets = new TreeMap<>();
        for (Role role : Role.values()) {
            for (Family family : Family.values()) {
                if (role.isTarget()) {
                    int target = Setup.index(role, family);
                    map.lookup(Installation.number(target, arena), value);
                    Map<Counters.Count, Long> counts = counts(value, map.cpuStride());
                    if (!counts.isEmpty()) {
                        targets.put(target, counts);
                    }
                }
            }
        }
        return targets;
    }

    private static Map<Counters.Count, Long> counts(MemorySegment value, int stride) {
        Map<Counters.Count, Long> counts = new EnumMap<>(Counters.Count.class);
        for (Counters.Count count : Counters.Count.values()) {
            long sum = 0;
            for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
                sum += count.field().get(value.asSlice((long) cpu * stride), count.index());
            }
            if (sum != 0) {
                counts.put(count, sum);
            }
        }
        return counts;
    }

    /** Reading this map takes long, so it is read when there are more connections than there were. */
    private Map<String, Long> connections(Map<Integer, Map<Counters.Count, Long>> targets) {
        long count = targets.values().stream()
                .mapToLong(counts -> counts.getOrDefault(Counters.Count.CONNECTIONS, 0L))
                .sum();
        if (count != knownCount) {
            knownCount = count;
            known = readConnections();
        }
        return known;
    }

    /** Flows of a proxy at a target that have not ended. */
    public long active(int proxy, int target) {
        BpfMap map = objects.map(MapShape.CONNECTIONS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = TargetAbi.ConnectionKey.LAYOUT.allocate(arena);
            TargetAbi.ConnectionKey.PROXY.set(key, proxy);
            TargetAbi.ConnectionKey.TARGET.set(key, target);
            MemorySegment value = arena.allocate(map.valueSize(), 8);
            long active = 0;
            for (int cpu = 0; map.lookup(key, value) && cpu < Cpus.possible(); cpu++) {
                active += TargetAbi.ConnectionCounts.ACTIVE.get(value.asSlice((long) cpu * map.cpuStride()));
            }
            return active;
        }
    }

    private Map<String, Long> readConnections() {
        BpfMap map = objects.map(MapShape.CONNECTIONS);
        Map<String, Long> connections = new TreeMap<>();
        map.forEach((key, value) -> connections.put(
                TargetAbi.ConnectionKey.PROXY.get(key) + " to " + TargetAbi.ConnectionKey.TARGET.get(key),
                sum(value, map.cpuStride())));
        return connections;
    }

    private static long sum(MemorySegment value, int stride) {
        long sum = 0;
        for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
            sum += value.get(JAVA_LONG, (long) cpu * stride);
        }
        return sum;
    }

    private void fillScratch() {
        try (Arena arena = Arena.ofConfined()) {
            BpfMap scratch = objects.map(MapShape.SCRATCH);
            MemorySegment value = arena.allocate(scratch.valueSize(), 8);
            value.fill(POISON);
            scratch.update(Installation.number(0, arena), value);
        }
    }

    private boolean knowsChecksumComplete() {
        try {
            objects.program(BpfObjects.INGRESS).run(TestRun.packet(new byte[64]).withFlags(CHECKSUM_COMPLETE));
            return true;
        } catch (BpfException unknown) {
            return false;
        }
    }

    static void deleteAll(BpfMap map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(map.keySize(), 8);
            while (map.nextKey(MemorySegment.NULL, key)) {
                map.delete(key);
            }
        }
    }

    @Override
    public void close() {
        shadows.close();
        tables.close();
        objects.close();
    }
}
