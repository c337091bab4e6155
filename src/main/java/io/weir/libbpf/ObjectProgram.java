package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;

import java.lang.foreign.MemorySegment;

/** A program as an object declares it; becomes one in the kernel when the object is loaded. */
public final class ObjectProgram {

    private static final NativeFunction SET_AUTOLOAD =
            NativeFunction.libbpfInt("bpf_program__set_autoload", ADDRESS, JAVA_BOOLEAN);
    private static final NativeFunction DESCRIPTOR = NativeFunction.libbpfInt("bpf_program__fd", ADDRESS);

    private final String name;
    private final MemorySegment program;

    ObjectProgram(String name, MemorySegment program) {
        this.name = name;
        this.program = program;
    }

    /** Whether loading the object loads it. */
    public void autoload(boolean wanted) {
        SET_AUTOLOAD.check("choosing program " + name, program, wanted);
    }

    /** The program in the kernel, by a descriptor of its own. */
    public BpfProgram loaded() {
        return new BpfProgram(Libc.duplicate(DESCRIPTOR.check("taking program " + name, program)));
    }
}
