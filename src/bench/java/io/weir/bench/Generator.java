package io.weir.bench;

import io.weir.libbpf.BpfLink;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.libbpf.TestRun;
import io.weir.libbpf.Xdp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A source of live frames, a sink, and what can stand between them (generator.bpf.c). */
final class Generator implements AutoCloseable {

    /** UDP of 60 bytes: 64 on a wire that adds a checksum. */
    static final int FRAME_BYTES = 60;

    private static final int CHUNK = 1 << 14;

    /** On a core that others use too, a second of its time takes longer than a second: that long at most. */
    private static final int PATIENCE = 6;

    private final BenchObject object = BenchObject.load("generator", "generate", "sink", "redirect", "pass");
    private final MappedArray plans = object.map("plans").map();
    private final StructMemory plan = object.struct("plan", plans.value(0));

    /**
     * @param sunk what came through
     * @param seconds of the core's time it took
     */
    record Burst(long sent, long sunk, double seconds) {
        double sunkPerSecond() {
            return sunk / seconds;
        }
    }

    BpfProgram program(String name) {
        return object.program(name);
    }

    /** Attaches one of its programs to an interface of the calling thread's namespace. */
    BpfLink attach(String program, String interfaceName) {
        return BpfLink.xdp(object.program(program), Router.index(interfaceName), Xdp.Mode.NATIVE);
    }

    /** Where the program "redirect" sends frames. */
    void redirectTo(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            object.map("ways")
                    .update(
                            arena.allocateFrom(ValueLayout.JAVA_INT, 0),
                            arena.allocateFrom(ValueLayout.JAVA_INT, interfaceIndex));
        }
    }

    /** What the next bursts are. */
    void prepare(Addresses net, Frame frame, Driver.Pick pick, int flows, int interfaceIndex) {
        byte[] padded = new byte[Frame.BYTES];
        System.arraycopy(frame.bytes(), 0, padded, 0, frame.bytes().length);
        plan.put("frame", padded);
        plan.set("address_at", frame.addressAt());
        plan.set("port_at", frame.portAt());
        plan.set("mask", flows - 1);
        plan.set("pick", pick.ordinal());
        plan.set("client", net.clientWord());
        plan.set("interface", interfaceIndex);
        plan.set("sequence", 0);
        plan.set("random", 88172645463325252L);
    }

    /** Sends for a time, from the core the calling thread is on. */
    Burst send(Core core, double seconds) {
        return send(core, seconds, Long.MAX_VALUE);
    }

    /** Sends for a time, or until so many frames have left. */
    Burst send(Core core, double seconds, long most) {
        TestRun run = TestRun.packet(new byte[FRAME_BYTES]).withFlags(TestRun.LIVE_FRAMES).repeat(CHUNK);
        long sunk = sunk();
        long sent = 0;
        long deadline = System.nanoTime() + (long) (seconds * PATIENCE * 1e9);
        long start = core.spent();
        double elapsed;
        do {
            object.program("generate").run(run);
            sent += CHUNK;
            elapsed = (core.spent() - start) / 1e9;
        } while (elapsed < seconds && sent < most && System.nanoTime() < deadline);
        return new Burst(sent, sunk() - sunk, elapsed);
    }

    private long sunk() {
        BpfMap counts = object.map("counts");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(counts.valueSize(), 8);
            counts.lookup(arena.allocateFrom(ValueLayout.JAVA_INT, 0), value);
            long sum = 0;
            for (long at = 0; at < value.byteSize(); at += counts.cpuStride()) {
                sum += value.get(ValueLayout.JAVA_LONG, at);
            }
            return sum;
        }
    }

    @Override
    public void close() {
        plans.close();
        object.close();
    }
}
