package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * TC before kernel 6.6: a filter of a clsact queueing discipline, known by its priority and handle. Nothing but the interface
 * holds it, so it outlives the process without a pin.
 *
 * @param interfaceIndex where
 * @param direction which side
 * @param priority 1 to 65535, lower runs first
 * @param handle its number within the priority
 */
public record TcFilter(int interfaceIndex, TcDirection direction, int priority, int handle) {

    // struct bpf_tc_hook
    private static final int HOOK_BYTES = 24;
    private static final int HOOK_INTERFACE = 8;
    private static final int HOOK_POINT = 12;

    // struct bpf_tc_opts
    private static final int OPTIONS_BYTES = 32;
    private static final int PROGRAM = 8;
    private static final int FLAGS = 12;
    private static final int PROGRAM_ID = 16;
    private static final int HANDLE = 20;
    private static final int PRIORITY = 24;
    private static final int REPLACE = 1;
    private static final int BOTH = 3;

    // struct nlmsghdr, struct tcmsg
    private static final int HEADER = 16;
    private static final int MESSAGE_TYPE = 4;
    private static final int TC_MESSAGE = 20;
    private static final short RTM_GETTFILTER = 46;
    private static final short NLM_F_REQUEST_DUMP = 0x301;
    private static final short NLMSG_DONE = 3;
    private static final int PARENT_INGRESS = 0xfffffff2;
    private static final int PARENT_EGRESS = 0xfffffff3;

    private static final NativeFunction CREATE = NativeFunction.libbpfInt("bpf_tc_hook_create", ADDRESS);
    private static final NativeFunction DESTROY = NativeFunction.libbpfInt("bpf_tc_hook_destroy", ADDRESS);
    private static final NativeFunction ATTACH = NativeFunction.libbpfInt("bpf_tc_attach", ADDRESS, ADDRESS);
    private static final NativeFunction DETACH = NativeFunction.libbpfInt("bpf_tc_detach", ADDRESS, ADDRESS);
    private static final NativeFunction QUERY = NativeFunction.libbpfInt("bpf_tc_query", ADDRESS, ADDRESS);

    /**
     * Makes the clsact queueing discipline.
     *
     * @return false if there was one
     */
    public static boolean createClsact(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            Libbpf.Log log = Libbpf.Log.start();
            int result = CREATE.call(hook(arena, interfaceIndex, BOTH));
            String said = log.stop();
            if (result < 0 && result != -Errno.EEXIST) {
                throw new BpfException("making clsact on interface " + interfaceIndex, result, said);
            }
            return result == 0;
        }
    }

    /** Whether clsact has no filter on this side, of whatever kind and whoever made it. */
    public static boolean hasNone(int interfaceIndex, TcDirection direction) {
        byte[] request = ByteBuffer.allocate(HEADER + TC_MESSAGE)
                .order(ByteOrder.nativeOrder())
                .putInt(HEADER + TC_MESSAGE)
                .putShort(RTM_GETTFILTER)
                .putShort(NLM_F_REQUEST_DUMP)
                .putLong(0)
                .putInt(0)
                .putInt(interfaceIndex)
                .putInt(0)
                .putInt(direction == TcDirection.INGRESS ? PARENT_INGRESS : PARENT_EGRESS)
                .array();
        try (RouteSocket socket = new RouteSocket()) {
            ByteBuffer answer = ByteBuffer.wrap(socket.ask("filters", request)).order(ByteOrder.nativeOrder());
            // The list begins with its end when it is empty.
            return answer.limit() >= HEADER && answer.getShort(MESSAGE_TYPE) == NLMSG_DONE;
        }
    }

    /** Removes the queueing discipline with all its filters. */
    public static void destroyClsact(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            DESTROY.check("removing clsact from interface " + interfaceIndex, hook(arena, interfaceIndex, BOTH));
        }
    }

    /** Attaches, or replaces the program of this filter. */
    public void attach(BpfProgram program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = options(arena);
            options.set(JAVA_INT, PROGRAM, program.descriptor());
            options.set(JAVA_INT, FLAGS, REPLACE);
            ATTACH.check("attaching " + this, hook(arena), options);
        }
    }

    /** The program's id, if the filter exists. */
    public OptionalInt query() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = options(arena);
            Libbpf.Log log = Libbpf.Log.start();
            int result = QUERY.call(hook(arena), options);
            String said = log.stop();
            // Without clsact the kernel answers EINVAL.
            if (result == -Errno.ENOENT || result == -Errno.EINVAL || result == -Errno.ENODEV) {
                return OptionalInt.empty();
            }
            if (result < 0) {
                throw new BpfException("looking for " + this, result, said);
            }
            return OptionalInt.of(options.get(JAVA_INT, PROGRAM_ID));
        }
    }

    /** Removes the filter; nothing happens if it is not there. */
    public void detach() {
        if (query().isPresent()) {
            try (Arena arena = Arena.ofConfined()) {
                DETACH.check("detaching " + this, hook(arena), options(arena));
            }
        }
    }

    @Override
    public String toString() {
        return "TC " + direction.text() + " of interface " + interfaceIndex + " at priority " + priority;
    }

    private MemorySegment options(Arena arena) {
        MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
        options.set(JAVA_LONG, 0, OPTIONS_BYTES);
        options.set(JAVA_INT, HANDLE, handle);
        options.set(JAVA_INT, PRIORITY, priority);
        return options;
    }

    private MemorySegment hook(Arena arena) {
        return hook(arena, interfaceIndex, direction.attachPoint());
    }

    private static MemorySegment hook(Arena arena, int interfaceIndex, int point) {
        MemorySegment hook = arena.allocate(HOOK_BYTES, 8);
        hook.set(JAVA_LONG, 0, HOOK_BYTES);
        hook.set(JAVA_INT, HOOK_INTERFACE, interfaceIndex);
        hook.set(JAVA_INT, HOOK_POINT, point);
        return hook;
    }
}
