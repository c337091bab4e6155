package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A program at a hook, by an own descriptor. It stays attached while a descriptor or a pin holds the link, and its program
 * can be exchanged without a packet missing it.
 */
public final class BpfLink implements AutoCloseable {

    // enum bpf_attach_type
    private static final int XDP = 37;
    private static final int TCX_INGRESS = 46;
    private static final int TCX_EGRESS = 47;

    // struct bpf_link_create_opts
    private static final int OPTIONS_BYTES = 64;
    private static final int FLAGS = 8;

    private static final NativeFunction CREATE =
            NativeFunction.libbpfInt("bpf_link_create", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final NativeFunction UPDATE =
            NativeFunction.libbpfInt("bpf_link_update", JAVA_INT, JAVA_INT, ADDRESS);
    private static final NativeFunction DETACH = NativeFunction.libbpfInt("bpf_link_detach", JAVA_INT);

    private final Descriptor descriptor;

    private BpfLink(int descriptor) {
        this.descriptor = new Descriptor(descriptor);
    }

    /** Attaches to the driver's or the generic XDP hook. */
    public static BpfLink xdp(BpfProgram program, int interfaceIndex, Xdp.Mode mode) {
        return create(
                "attaching XDP (" + mode.text() + ") to interface " + interfaceIndex,
                program,
                interfaceIndex,
                XDP,
                mode.flag());
    }

    /** Attaches to TC, kernel 6.6 and newer; older ones answer EINVAL and have {@link TcFilter}. */
    public static BpfLink tcx(BpfProgram program, int interfaceIndex, TcDirection direction) {
        int type = direction == TcDirection.INGRESS ? TCX_INGRESS : TCX_EGRESS;
        return create(
                "attaching TC " + direction.text() + " to interface " + interfaceIndex,
                program,
                interfaceIndex,
                type,
                0);
    }

    /** Opens a pinned link. */
    public static BpfLink open(Path pin) {
        return new BpfLink(Pins.open(pin));
    }

    /** Exchanges the program, atomically. */
    public void update(BpfProgram program) {
        UPDATE.check("replacing an attached program", descriptor(), program.descriptor(), MemorySegment.NULL);
    }

    /** Takes the program off the hook, also when others hold the link. */
    public void detach() {
        DETACH.check("detaching a program", descriptor());
    }

    public LinkInfo info() {
        return KernelInfo.link(descriptor());
    }

    public void pin(Path path) {
        Pins.pin(descriptor(), path);
    }

    public int descriptor() {
        return descriptor.number();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static BpfLink create(String operation, BpfProgram program, int interfaceIndex, int type, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
            options.set(JAVA_LONG, 0, OPTIONS_BYTES);
            options.set(JAVA_INT, FLAGS, flags);
            return new BpfLink(CREATE.check(operation, program.descriptor(), interfaceIndex, type, options));
        }
    }
}
