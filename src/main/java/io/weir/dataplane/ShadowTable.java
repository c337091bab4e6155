package io.weir.dataplane;

import io.weir.flow.FlowRecord;
import io.weir.flow.Shadows;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The maps {@code shadows4} and {@code shadows6}, changed by a program that the node runs with what it wants done: only there
 * it is known which flows this node carries at this moment. The heap holds nothing of them.
 *
 * <p>Counts may be read by any thread, all else is for one.
 */
public final class ShadowTable implements Shadows, AutoCloseable {

    /** Void places that may stand about before a walk removes them. */
    private static final int VOIDS_BEFORE_A_WALK = 4096;

    private final BpfObjects objects;
    private final BpfProgram program;
    private final MappedArray records;
    private final ShadowRecords codec;
    private final ShadowOwners owners;
    private final long capacity;

    /**
     * Holds what an earlier process was told, and drops what nobody knows the owner of.
     *
     * @param objects closed after this
     */
    ShadowTable(BpfObjects objects, Jiffies jiffies, ProxyNames proxies) {
        this.objects = objects;
        this.program = objects.program(BpfObjects.SHADOW);
        this.codec = new ShadowRecords(jiffies, proxies);
        this.capacity = objects.map(MapShape.SHADOWS4).info().maxEntries();
        this.records = objects.map(MapShape.SHADOW_RECORDS).map();
        this.owners = new ShadowOwners(
                objects.map(MapShape.SHADOW_OWNERS), number -> read(ShadowAbi.ShadowState.OWNED, number));
        Set<Integer> nameless = owners.nameless();
        if (!nameless.isEmpty()) {
            walk(ShadowAbi.SHADOW_REMOVE, entry -> nameless.contains(entry.owner()));
        }
    }

    /**
     * For programs that are loaded without a node.
     *
     * @param hz what the settings have
     */
    public static ShadowTable of(BpfObjects objects, int hz, Supplier<Map<Integer, String>> proxyNames) {
        return new ShadowTable(objects, new Jiffies(hz), new ProxyNames(proxyNames));
    }

    @Override
    public Result put(NodeId owner, List<FlowRecord> flows) {
        OptionalInt number = owners.number(owner);
        if (number.isEmpty()) {
            return new Result(0, List.of(), flows, List.of());
        }
        if (read(ShadowAbi.ShadowState.VOIDS, 0) > Math.max(VOIDS_BEFORE_A_WALK, capacity / 4)) {
            tidy();
        }
        Put put = new Put(number.getAsInt());
        put.all(flows);
        if (!put.refused.isEmpty() && read(ShadowAbi.ShadowState.VOIDS, 0) > 0) {
            tidy();
            List<FlowRecord> again = List.copyOf(put.refused);
            put.refused.clear();
            put.all(again);
        }
        return new Result(put.stored, put.kept, put.refused, put.unknown);
    }

    @Override
    public void remove(NodeId owner, List<FlowRecord> flows) {
        owners.known(owner).ifPresent(number -> {
            ShadowWork<FlowRecord> work = new ShadowWork<>(program, records, (flow, result) -> {});
            flows.forEach(flow -> work.add(flow, record -> codec.write(record, ShadowAbi.SHADOW_REMOVE, number, flow)));
            work.run();
        });
    }

    @Override
    public void handOver(NodeId from, NodeId to, List<FlowRecord> flows) {
        OptionalInt owner = owners.known(from);
        OptionalInt heir = owners.number(to);
        if (owner.isEmpty() || heir.isEmpty()) {
            return; // they stay this owner's, until it tells all of its flows
        }
        ShadowWork<FlowRecord> work = new ShadowWork<>(program, records, (flow, result) -> {});
        flows.forEach(flow -> work.add(flow, record -> {
            codec.write(record, ShadowAbi.SHADOW_TURN, owner.getAsInt(), flow);
            ShadowAbi.ShadowRecord.HEIR.set(record, heir.getAsInt());
        }));
        work.run();
    }

    @Override
    public long removeIf(NodeId owner, Predicate<FlowRecord> gone) {
        return walk(owner, ShadowAbi.SHADOW_REMOVE, entry -> gone.test(entry.flow()));
    }

    @Override
    public long claim(NodeId owner, Predicate<FlowRecord> mine) {
        return walk(owner, ShadowAbi.SHADOW_CLAIM, entry -> mine.test(entry.flow()));
    }

    @Override
    public long forget(NodeId owner) {
        return walk(owner, ShadowAbi.SHADOW_REMOVE, entry -> true);
    }

    @Override
    public Set<NodeId> owners() {
        return owners.all();
    }

    @Override
    public OptionalLong table(NodeId owner) {
        return owners.table(owner);
    }

    @Override
    public void noteTable(NodeId owner, long table) {
        owners.noteTable(owner, table);
    }

    @Override
    public long count(NodeId owner) {
        OptionalInt number = owners.known(owner);
        return number.isEmpty() ? 0 : read(ShadowAbi.ShadowState.OWNED, number.getAsInt());
    }

    @Override
    public long size() {
        return read(ShadowAbi.ShadowState.ALL, 0);
    }

    @Override
    public long capacity() {
        return capacity;
    }

    /** Removes the places that flows left void. */
    private void tidy() {
        walk(ShadowAbi.SHADOW_TIDY, _ -> false);
    }

    private long walk(NodeId owner, int work, Predicate<ShadowRecords.Entry> which) {
        OptionalInt number = owners.known(owner);
        if (number.isEmpty()) {
            return 0;
        }
        return walk(work, entry -> entry.owner() == number.getAsInt() && which.test(entry));
    }

    /**
     * Removes void places on its way.
     *
     * @return how many of the chosen it was done to
     */
    private long walk(int what, Predicate<ShadowRecords.Entry> which) {
        long now = now();
        long[] done = {0};
        ShadowWork<Integer> work = new ShadowWork<>(program, records, (about, result) -> {
            done[0] += result == ShadowAbi.SHADOW_DONE ? 1 : 0;
        });
        for (IpAddress.Family family : IpAddress.Family.values()) {
            ShadowRecords.Entry entry = codec.entry(family, now);
            objects.map(family == IpAddress.Family.V4 ? MapShape.SHADOWS4 : MapShape.SHADOWS6)
                    .forEach((key, value) -> {
                        entry.at(key, value);
                        if (entry.isVoid()) {
                            work.add(what, record -> entry.write(record, ShadowAbi.SHADOW_TIDY));
                        } else if (which.test(entry)) {
                            work.add(what, record -> entry.write(record, what));
                        }
                    });
        }
        work.run();
        return done[0];
    }

    /** The programs' clock. */
    private long now() {
        new ShadowWork<Void>(program, records, (about, result) -> {}).run();
        return read(ShadowAbi.ShadowState.JIFFIES, 0);
    }

    private long read(Field field, int index) {
        BpfMap state = objects.map(MapShape.SHADOW_STATE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = ShadowAbi.ShadowState.LAYOUT.allocate(arena);
            state.lookup(arena.allocate(4, 4), value);
            return field.get(value, index);
        }
    }

    /** One call of {@link #put}. */
    private final class Put {

        private final int owner;
        private final ShadowWork<FlowRecord> work = new ShadowWork<>(program, records, this::note);
        private final List<FlowRecord> kept = new ArrayList<>();
        private final List<FlowRecord> refused = new ArrayList<>();
        private final List<FlowRecord> unknown = new ArrayList<>();
        private int stored;

        Put(int owner) {
            this.owner = owner;
        }

        void all(List<FlowRecord> flows) {
            flows.forEach(flow -> work.add(flow, record -> codec.write(record, ShadowAbi.SHADOW_PUT, owner, flow)));
            work.run();
        }

        private void note(FlowRecord flow, int result) {
            switch (result) {
                case ShadowAbi.SHADOW_KEPT -> kept.add(flow);
                case ShadowAbi.SHADOW_REFUSED -> refused.add(flow);
                case ShadowAbi.SHADOW_OUTDATED -> {} // its owner will hear of the later one
                default -> {
                    stored++;
                    if (result == ShadowAbi.SHADOW_UNKNOWN || codec.isStrange(flow)) {
                        unknown.add(flow);
                    }
                }
            }
        }
    }

    /** The shadows stay in the kernel, are promoted while no process runs, and are the next one's. */
    @Override
    public void close() {
        records.close();
    }
}
