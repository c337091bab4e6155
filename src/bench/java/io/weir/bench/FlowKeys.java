package io.weir.bench;

import io.weir.dataplane.FlowAbi;
import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The flows of the benchmarks as keys of the flow tables, written in batches. */
final class FlowKeys {

    private static final int BATCH = 65_536;
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private FlowKeys() {}

    /** The key of flow 0; in IPv4 the prototype's key looks the same. */
    static MemorySegment first(Addresses net, boolean forward, int protocol, Arena arena) {
        MemorySegment key = (net.v4() ? FlowAbi.FlowKey4.LAYOUT : FlowAbi.FlowKey6.LAYOUT).allocate(arena);
        byte[] source = forward ? net.client() : net.target();
        byte[] destination = forward ? net.vip() : net.client();
        MemorySegment.copy(source, 0, key, ValueLayout.JAVA_BYTE, 0, source.length);
        MemorySegment.copy(destination, 0, key, ValueLayout.JAVA_BYTE, source.length, destination.length);
        int ports = 2 * source.length;
        key.set(BE16, ports, (short) (forward ? Addresses.FIRST_CLIENT_PORT : Addresses.TARGET_PORT));
        key.set(BE16, ports + 2, (short) (forward ? Addresses.VIP_PORT : Addresses.FIRST_CLIENT_PORT));
        key.set(ValueLayout.JAVA_BYTE, ports + 4, (byte) protocol);
        return key;
    }

    /** Makes a flow's value differ from the others'. */
    interface Difference {
        void write(MemorySegment value, int flow);
    }

    /** Writes flows 0 to count - 1 of a direction, all with the same value: only keys differ. */
    static void install(BpfMap map, Addresses net, boolean forward, int protocol, MemorySegment value, int count) {
        install(map, net, forward, protocol, value, count, (_, _) -> {});
    }

    static void install(
            BpfMap map,
            Addresses net,
            boolean forward,
            int protocol,
            MemorySegment value,
            int count,
            Difference difference) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = first(net, forward, protocol, arena);
            int batch = Math.min(count, BATCH);
            MemorySegment keys = arena.allocate((long) batch * map.keySize(), 8);
            MemorySegment values = arena.allocate((long) batch * map.valueSize(), 8);
            for (int i = 0; i < batch; i++) {
                MemorySegment.copy(value, 0, values, (long) i * map.valueSize(), map.valueSize());
            }
            for (int done = 0; done < count; done += batch) {
                int now = Math.min(batch, count - done);
                for (int i = 0; i < now; i++) {
                    write(keys, (long) i * map.keySize(), first, net, forward, done + i);
                    difference.write(values.asSlice((long) i * map.valueSize(), map.valueSize()), done + i);
                }
                map.updateAll(keys, values, now);
            }
        }
    }

    /** Appends the forward keys of flows 0 to count - 1 to expiry's queue. */
    static void enqueue(BpfMap queue, Addresses net, int protocol, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = first(net, true, protocol, arena);
            MemorySegment key = arena.allocate(first.byteSize(), 8);
            MemorySegment entry = FlowAbi.FlowKey6.LAYOUT.allocate(arena);
            for (int flow = 0; flow < count; flow++) {
                write(key, 0, first, net, true, flow);
                entry.copyFrom(net.v4() ? widen(key) : key);
                FlowAbi.FlowKey6.QUEUED.set(entry, net.family());
                queue.push(entry);
            }
        }
    }

    /** An IPv4 key in the shape of an IPv6 one: addresses in the first words. */
    static MemorySegment widen(MemorySegment key4) {
        MemorySegment wide = MemorySegment.ofArray(new byte[FlowAbi.FlowKey6.LAYOUT.size()]);
        MemorySegment.copy(key4, 0, wide, FlowAbi.FlowKey6.SOURCE.offset(), 4);
        MemorySegment.copy(key4, 4, wide, FlowAbi.FlowKey6.DESTINATION.offset(), 4);
        MemorySegment.copy(key4, 8, wide, FlowAbi.FlowKey6.SOURCE_PORT.offset(), 5);
        return wide;
    }

    /** Writes the key of one flow. */
    static void write(MemorySegment keys, long at, MemorySegment first, Addresses net, boolean forward, int flow) {
        int address = net.client().length;
        MemorySegment.copy(first, 0, keys, at, first.byteSize());
        keys.set(BE32, at + (forward ? address : 2 * address) - 4, Addresses.clientWord(net.clientWord(), flow));
        keys.set(BE16, at + 2 * address + (forward ? 0 : 2), (short) Addresses.clientPort(flow));
    }
}
