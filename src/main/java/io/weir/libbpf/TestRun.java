package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What BPF_PROG_TEST_RUN gets.
 *
 * @param packet the packet, empty for programs that take none
 * @param context a struct of the program's type (xdp_md, __sk_buff, or a syscall program's own), empty for none
 * @param room bytes for the packet that comes out
 * @param repeat how often it runs, at least 1; 0 for programs that do not repeat
 * @param flags BPF_F_TEST_*
 */
public record TestRun(byte[] packet, byte[] context, int room, int repeat, int flags) {

    /** The packets really leave: XDP only, {@code repeat} of them. */
    public static final int LIVE_FRAMES = 2;

    // struct bpf_test_run_opts
    private static final int OPTIONS_BYTES = 80;
    private static final int DATA_IN = 8;
    private static final int DATA_OUT = 16;
    private static final int DATA_SIZE_IN = 24;
    private static final int DATA_SIZE_OUT = 28;
    private static final int CONTEXT_IN = 32;
    private static final int CONTEXT_OUT = 40;
    private static final int CONTEXT_SIZE_IN = 48;
    private static final int CONTEXT_SIZE_OUT = 52;
    private static final int RETURN_VALUE = 56;
    private static final int REPEAT = 60;
    private static final int DURATION = 64;
    private static final int FLAGS = 68;

    // struct xdp_md and struct __sk_buff
    private static final int XDP_BYTES = 24;
    private static final int XDP_DATA_END = 4;
    private static final int XDP_INGRESS = 12;
    private static final int SKB_BYTES = 192;
    private static final int SKB_INGRESS = 36;
    private static final int SKB_INTERFACE = 40;

    /** A program may grow a packet; 256 bytes is more than any header it could add. */
    private static final int GROWTH = 256;

    private static final NativeFunction RUN = NativeFunction.libbpfInt("bpf_prog_test_run_opts", JAVA_INT, ADDRESS);

    /**
     * @param action what the program returned
     * @param packet what the packet became
     * @param context what the context became, empty if none went in
     * @param nanos average of a run
     */
    public record Result(int action, byte[] packet, byte[] context, int nanos) {}

    /** A packet without an interface. */
    public static TestRun packet(byte[] packet) {
        return new TestRun(packet, new byte[0], packet.length + GROWTH, 1, 0);
    }

    /**
     * A packet that an XDP program sees as come from an interface of this namespace. The kernel wants one whose driver
     * runs XDP: on veth another XDP program attached there, or GRO.
     */
    public static TestRun xdp(byte[] packet, int interfaceIndex) {
        return packet(packet).withContext(struct(XDP_BYTES, XDP_DATA_END, packet.length, XDP_INGRESS, interfaceIndex));
    }

    /** A packet that a TC program sees on an interface of this namespace. */
    public static TestRun skb(byte[] packet, int interfaceIndex) {
        return skb(packet, interfaceIndex, interfaceIndex);
    }

    /** The same for a packet that came in by another interface than the one it is seen on; 0: by none. */
    public static TestRun skb(byte[] packet, int interfaceIndex, int arrival) {
        return packet(packet).withContext(struct(SKB_BYTES, SKB_INTERFACE, interfaceIndex, SKB_INGRESS, arrival));
    }

    /** A {@code SEC("syscall")} program. */
    public static TestRun syscall() {
        return new TestRun(new byte[0], new byte[0], 0, 0, 0);
    }

    public TestRun withContext(byte[] struct) {
        return new TestRun(packet, struct, room, repeat, flags);
    }

    public TestRun repeat(int times) {
        return new TestRun(packet, context, room, times, flags);
    }

    public TestRun withFlags(int bits) {
        return new TestRun(packet, context, (bits & LIVE_FRAMES) != 0 ? 0 : room, repeat, bits);
    }

    Result on(int program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
            MemorySegment out = arena.allocate(Math.max(1, room));
            // Live frames and syscall programs take no context back.
            boolean contextOut = context.length > 0 && room > 0;
            MemorySegment contextResult = arena.allocate(Math.max(1, context.length), 8);
            options.set(JAVA_LONG, 0, OPTIONS_BYTES);
            put(options, DATA_IN, DATA_SIZE_IN, packet, arena);
            put(options, CONTEXT_IN, CONTEXT_SIZE_IN, context, arena);
            if (room > 0) {
                options.set(ADDRESS, DATA_OUT, out);
                options.set(JAVA_INT, DATA_SIZE_OUT, room);
            }
            if (contextOut) {
                options.set(ADDRESS, CONTEXT_OUT, contextResult);
                options.set(JAVA_INT, CONTEXT_SIZE_OUT, context.length);
            }
            options.set(JAVA_INT, REPEAT, repeat);
            options.set(JAVA_INT, FLAGS, flags);
            RUN.check("running a program", program, options);
            return new Result(
                    options.get(JAVA_INT, RETURN_VALUE),
                    out.asSlice(0, room > 0 ? options.get(JAVA_INT, DATA_SIZE_OUT) : 0)
                            .toArray(JAVA_BYTE),
                    contextOut ? contextResult.toArray(JAVA_BYTE) : new byte[0],
                    options.get(JAVA_INT, DURATION));
        }
    }

    private static void put(MemorySegment options, int address, int size, byte[] bytes, Arena arena) {
        if (bytes.length > 0) {
            MemorySegment memory = arena.allocate(bytes.length, 8);
            MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
            options.set(ADDRESS, address, memory);
            options.set(JAVA_INT, size, bytes.length);
        }
    }

    private static byte[] struct(int bytes, int firstOffset, int first, int secondOffset, int second) {
        MemorySegment struct = MemorySegment.ofArray(new byte[bytes]);
        struct.set(JAVA_INT.withByteAlignment(1), firstOffset, first);
        struct.set(JAVA_INT.withByteAlignment(1), secondOffset, second);
        return struct.toArray(JAVA_BYTE);
    }
}
