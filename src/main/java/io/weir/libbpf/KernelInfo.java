package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * BPF_OBJ_GET_INFO_BY_FD. The buffer is as large as what libbpf 1.1 knows; a kernel that knows more fills what fits, one that
 * knows less leaves zeros.
 */
final class KernelInfo {

    static final int MAP_BYTES = 88;
    static final int PROGRAM_BYTES = 232;
    static final int LINK_BYTES = 48;

    private static final NativeFunction GET =
            NativeFunction.libbpfInt("bpf_obj_get_info_by_fd", JAVA_INT, ADDRESS, ADDRESS);

    private KernelInfo() {}

    static MapInfo map(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = get("reading what a map is", descriptor, MAP_BYTES, arena);
            return new MapInfo(
                    info.get(JAVA_INT, 0),
                    info.get(JAVA_INT, 4),
                    info.get(JAVA_INT, 8),
                    info.get(JAVA_INT, 12),
                    info.get(JAVA_INT, 16),
                    info.get(JAVA_INT, 20),
                    name(info, 24),
                    info.get(JAVA_INT, 64),
                    info.get(JAVA_INT, 68),
                    info.get(JAVA_INT, 72));
        }
    }

    static ProgramInfo program(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = get("reading what a program is", descriptor, PROGRAM_BYTES, arena);
            return new ProgramInfo(
                    info.get(JAVA_INT, 0),
                    info.get(JAVA_INT, 4),
                    name(info, 64),
                    Long.toHexString(Long.reverseBytes(info.get(JAVA_LONG, 8))),
                    info.get(JAVA_INT, 16),
                    info.get(JAVA_INT, 20),
                    info.get(JAVA_LONG, 192),
                    info.get(JAVA_LONG, 200));
        }
    }

    /** The ids of the maps a program uses. */
    static int[] programMaps(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int count = get("reading what a program is", descriptor, PROGRAM_BYTES, arena)
                    .get(JAVA_INT, 52);
            MemorySegment ids = arena.allocate(JAVA_INT, Math.max(1, count));
            MemorySegment info = arena.allocate(PROGRAM_BYTES, 8);
            info.set(JAVA_INT, 52, count);
            info.set(ADDRESS, 56, ids);
            get("reading which maps a program uses", descriptor, info, arena);
            return ids.asSlice(0, 4L * count).toArray(JAVA_INT);
        }
    }

    static LinkInfo link(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = get("reading what a link is", descriptor, LINK_BYTES, arena);
            return new LinkInfo(
                    info.get(JAVA_INT, 0),
                    info.get(JAVA_INT, 4),
                    info.get(JAVA_INT, 8),
                    info.get(JAVA_INT, 16),
                    info.get(JAVA_INT, 20));
        }
    }

    /** The raw types of a kernel BTF object. */
    static byte[] btf(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int size = get("reading the size of types", descriptor, 32, arena).get(JAVA_INT, 8);
            MemorySegment types = arena.allocate(size, 8);
            MemorySegment info = arena.allocate(32, 8);
            info.set(ADDRESS, 0, types);
            info.set(JAVA_INT, 8, size);
            get("reading types", descriptor, info, arena);
            return types.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }
    }

    private static MemorySegment get(String operation, int descriptor, int bytes, Arena arena) {
        return get(operation, descriptor, arena.allocate(bytes, 8), arena);
    }

    private static MemorySegment get(String operation, int descriptor, MemorySegment info, Arena arena) {
        GET.check(operation, descriptor, info, arena.allocateFrom(JAVA_INT, (int) info.byteSize()));
        return info;
    }

    private static String name(MemorySegment info, long offset) {
        return info.asSlice(offset, 16).getString(0, StandardCharsets.US_ASCII);
    }
}
