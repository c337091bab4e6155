package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** A program in the kernel, by an own descriptor. */
public final class BpfProgram implements AutoCloseable {

    private static final NativeFunction BY_ID = NativeFunction.libbpfInt("bpf_prog_get_fd_by_id", JAVA_INT);

    private final Descriptor descriptor;

    /** Takes the descriptor over. */
    BpfProgram(int descriptor) {
        this.descriptor = new Descriptor(descriptor);
    }

    /** Opens a program by its number in the kernel. */
    public static BpfProgram ofId(int id) {
        return new BpfProgram(BY_ID.check("opening program " + id, id));
    }

    public int descriptor() {
        return descriptor.number();
    }

    public ProgramInfo info() {
        return KernelInfo.program(descriptor());
    }

    /** Ids of the maps it uses. */
    public int[] mapIds() {
        return KernelInfo.programMaps(descriptor());
    }

    public void pin(Path path) {
        Pins.pin(descriptor(), path);
    }

    /** Puts it into a program array, where {@code bpf_tail_call} finds it. */
    public void putInto(BpfMap programArray, int index) {
        try (Arena arena = Arena.ofConfined()) {
            programArray.update(
                    arena.allocateFrom(JAVA_INT, index), arena.allocateFrom(JAVA_INT, descriptor()), BpfMap.ANY);
        }
    }

    /**
     * Runs it with BPF_PROG_TEST_RUN.
     *
     * @throws BpfException if the kernel cannot run it; what the program returns is in the result
     */
    public TestRun.Result run(TestRun run) {
        return run.on(descriptor());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
