package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names in a BPF file system, which keep maps, programs and links alive when their process ends. */
public final class Pins {

    private static final long BPF_FS_MAGIC = 0xcafe4a11L;

    private static final NativeFunction PIN = NativeFunction.libbpfInt("bpf_obj_pin", JAVA_INT, ADDRESS);
    private static final NativeFunction GET = NativeFunction.libbpfInt("bpf_obj_get", ADDRESS);

    private Pins() {}

    /** Whether a path exists and lies in a BPF file system. */
    public static boolean isBpfFileSystem(Path path) {
        return (Libc.fileSystem(path.toString()) & 0xffffffffL) == BPF_FS_MAGIC;
    }

    /** Whether a path lies in a BPF file system, or will when its directories are made. */
    public static boolean wouldLieInBpfFileSystem(Path path) {
        return isBpfFileSystem(existing(path.toAbsolutePath().normalize()));
    }

    private static Path existing(Path path) {
        Path existing = path;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** The one name of a place, whether or not it exists: without symbolic links, which a BPF file system may have. */
    public static Path canonical(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = existing(absolute);
        try {
            return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
        } catch (IOException unreadable) {
            return absolute;
        }
    }

    static void pin(int descriptor, Path path) {
        try (Arena arena = Arena.ofConfined()) {
            PIN.check("pinning to " + path, descriptor, arena.allocateFrom(path.toString()));
        }
    }

    static int open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return GET.check("opening the pin " + path, arena.allocateFrom(path.toString()));
        }
    }
}
