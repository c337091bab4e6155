package io.weir.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.TestRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;

/** The yardstick of prototype.bpf.c with the same listener, target and flows as {@link WeirTables}. */
final class Prototype implements AutoCloseable {

    private static final int TCP = WeirTables.TCP;

    private final BenchObject object;
    private final Arena arena = Arena.ofShared();
    private final WeirTables.Wire wire;
    private final int protocol;

    /** @param entries size of its table; a flow has two */
    Prototype(int entries, WeirTables.Wire wire) {
        this(entries, wire, TCP);
    }

    /** @param protocol of its listener and its flows */
    Prototype(int entries, WeirTables.Wire wire, int protocol) {
        this.protocol = protocol;
        this.object = BenchObject.load(
                "prototype", Map.of("nat_entries", entries), Map.of(), "prototype", "age_entries");
        this.wire = wire;
        Addresses net = Addresses.V4;
        ByteBuffer vip = ByteBuffer.allocate(8).put(net.vip()).put(Delta.port(Addresses.VIP_PORT)).put((byte) protocol);
        BpfMap vips = object.map("nat_vips");
        vips.update(copy(vip.array()), arena.allocateFrom(JAVA_INT, 0));
        StructMemory backend = struct("nat_backend");
        backend.put("address", net.target());
        backend.put("port", Delta.port(Addresses.TARGET_PORT));
        fill(backend.inner("to_backend", 0), true);
        fill(backend.inner("to_client", 0), false);
        object.map("nat_backends").update(arena.allocateFrom(JAVA_INT, 0), backend.memory());
    }

    BpfProgram xdp() {
        return object.program("prototype");
    }

    void installFlows(int count) {
        BpfMap entries = object.map("nat_entries");
        FlowKeys.install(entries, Addresses.V4, true, protocol, entry(true), count);
        FlowKeys.install(entries, Addresses.V4, false, protocol, entry(false), count);
        age();
    }

    /** Spreads last-seen over the last second. */
    void age() {
        object.program("age_entries").run(TestRun.packet(new byte[Frame.BYTES]));
    }

    private MemorySegment entry(boolean forward) {
        Addresses net = Addresses.V4;
        byte[] from = forward ? net.vip() : net.target();
        byte[] to = forward ? net.target() : net.vip();
        int fromPort = forward ? Addresses.VIP_PORT : Addresses.TARGET_PORT;
        int toPort = forward ? Addresses.TARGET_PORT : Addresses.VIP_PORT;
        StructMemory entry = struct("nat_entry");
        entry.put("address", to);
        entry.put("port", Delta.port(toPort));
        entry.set("reply", forward ? 0 : 1);
        entry.set("address_delta", Delta.of(from, to));
        entry.set("both_delta", Delta.fold((long) Delta.of(from, to) + Delta.ofPort(fromPort, toPort)));
        fill(entry.inner("way", 0), forward);
        return entry.memory();
    }

    private void fill(StructMemory way, boolean forward) {
        way.set("interface", forward ? wire.serverSide() : wire.clientSide());
        way.put("macs", ByteBuffer.allocate(12)
                .put(forward ? wire.serverMac() : wire.clientMac())
                .put(forward ? wire.serverSideMac() : wire.clientSideMac())
                .array());
    }

    private StructMemory struct(String type) {
        return object.struct(type, arena.allocate(object.sizeOf(type), 8));
    }

    private MemorySegment copy(byte[] bytes) {
        return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, bytes);
    }

    @Override
    public void close() {
        object.close();
        arena.close();
    }
}
