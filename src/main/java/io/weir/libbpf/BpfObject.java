package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A compiled BPF object: opened from its bytes, adjusted ({@link #map}, {@link #program}), loaded, taken apart into maps and
 * programs that live on their own, closed. Used by one thread.
 */
public final class BpfObject implements AutoCloseable {

    // struct bpf_object_open_opts
    private static final int OPTIONS_BYTES = 80;
    private static final int OBJECT_NAME = 8;
    private static final int LOG_BUFFER = 56;
    private static final int LOG_SIZE = 64;
    private static final int LOG_LEVEL = 72;

    /** What kernels up to 5.1 take at most; the end of a longer log is lost before kernel 6.4. */
    private static final int LOG_BYTES = (1 << 24) - 1;

    private static final NativeFunction OPEN =
            NativeFunction.libbpfPointer("bpf_object__open_mem", ADDRESS, JAVA_LONG, ADDRESS);
    private static final NativeFunction LOAD = NativeFunction.libbpfInt("bpf_object__load", ADDRESS);
    private static final NativeFunction CLOSE = NativeFunction.libbpfVoid("bpf_object__close", ADDRESS);
    private static final NativeFunction FIND_MAP =
            NativeFunction.libbpfPointer("bpf_object__find_map_by_name", ADDRESS, ADDRESS);
    private static final NativeFunction FIND_PROGRAM =
            NativeFunction.libbpfPointer("bpf_object__find_program_by_name", ADDRESS, ADDRESS);

    private final Arena arena;
    private final String name;
    private final MemorySegment object;
    private final MemorySegment log;
    private boolean open = true;

    private BpfObject(Arena arena, String name, byte[] elf, int logLevel) {
        this.arena = arena;
        this.name = name;
        this.log = Libc.allocate(LOG_BYTES, arena);
        log.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 0);
        MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
        options.set(JAVA_LONG, 0, OPTIONS_BYTES);
        options.set(ADDRESS, OBJECT_NAME, arena.allocateFrom(name));
        options.set(ADDRESS, LOG_BUFFER, log);
        options.set(JAVA_LONG, LOG_SIZE, LOG_BYTES);
        options.set(JAVA_INT, LOG_LEVEL, logLevel);
        MemorySegment bytes = arena.allocate(elf.length, 8);
        MemorySegment.copy(elf, 0, bytes, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, elf.length);
        this.object =
                (MemorySegment) OPEN.checkErrno("opening the BPF object " + name, bytes, (long) elf.length, options);
    }

    /**
     * @param name for messages and the kernel, up to 15 characters matter
     * @param elf the compiled object
     */
    public static BpfObject open(String name, byte[] elf) {
        return open(name, elf, 0);
    }

    /** @param logLevel the verifier's: 0 speaks only about a refusal, 1 always, 2 more, 4 statistics */
    public static BpfObject open(String name, byte[] elf, int logLevel) {
        Arena arena = Arena.ofConfined();
        try {
            return new BpfObject(arena, name, elf, logLevel);
        } catch (RuntimeException failed) {
            arena.close();
            throw failed;
        }
    }

    /**
     * The same object with its {@code xdp.frags} programs as plain {@code xdp}: kernels before 5.18 refuse the flag, which
     * libbpf sets from the section's name and lets nobody clear. So the name is cut, in the ELF and in the BTF strings.
     */
    public static byte[] withoutFragments(byte[] elf) {
        byte[] plain = elf.clone();
        byte[] name = "xdp.frags\0".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i + name.length <= plain.length; i++) {
            if (Arrays.equals(plain, i, i + name.length, name, 0, name.length)) {
                plain[i + "xdp".length()] = 0;
            }
        }
        return plain;
    }

    /** A map of the object, to adjust before and take after loading. */
    public ObjectMap map(String mapName) {
        MemorySegment map = (MemorySegment)
                FIND_MAP.checkErrno("finding map " + mapName + " in " + name, object, arena.allocateFrom(mapName));
        return new ObjectMap(mapName, map);
    }

    /** A program of the object, to adjust before and take after loading. */
    public ObjectProgram program(String programName) {
        MemorySegment program = (MemorySegment) FIND_PROGRAM.checkErrno(
                "finding program " + programName + " in " + name, object, arena.allocateFrom(programName));
        return new ObjectProgram(programName, program);
    }

    /**
     * Creates the maps that reuse no other and verifies the programs.
     *
     * @throws BpfException with the verifier's text if it refuses
     */
    public void load() {
        Libbpf.Log said = Libbpf.Log.start();
        int result = LOAD.call(object);
        String text = said.stop();
        if (result < 0) {
            throw new BpfException("loading the BPF object " + name, result, text + "\n" + verifierLog());
        }
    }

    /** What the verifier said about the last program, empty with level 0 and success. */
    public String verifierLog() {
        return log.getString(0, StandardCharsets.ISO_8859_1);
    }

    /** Maps and programs taken from it, and what is pinned or attached, live on. */
    @Override
    public void close() {
        if (open) {
            open = false;
            CLOSE.run(object);
            arena.close();
        }
    }
}
